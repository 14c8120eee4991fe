import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Resolves data with Avro's own reader. Reads lines {"reader": SCHEMA, "writer": SCHEMA, "data": [HEX]}, and
 * writes a line for each: {"data": [{"hex": HEX} or {"error": REASON}]}, each datum resolved to the reader
 * schema, or {"refused": REASON} if a schema does not parse.
 */
public final class Resolve {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null;) {
      out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    out.flush();
  }

  private static ObjectNode answer(JsonNode question) {
    ObjectNode answer = JSON.createObjectNode();
    Schema reader;
    Schema writer;
    try {
      reader = parse(question.get("reader"));
      writer = parse(question.get("writer"));
    } catch (RuntimeException refused) {
      return answer.put("refused", refused.toString());
    }
    ArrayNode data = answer.putArray("data");
    for (JsonNode datum : question.get("data")) {
      ObjectNode found = data.addObject();
      try {
        found.put("hex", resolve(writer, reader, HexFormat.of().parseHex(datum.textValue())));
      } catch (IOException | RuntimeException | StackOverflowError failed) {
        found.put("error", failed.toString());
      }
    }
    return answer;
  }

  private static String resolve(Schema writer, Schema reader, byte[] datum) throws IOException {
    Object value = new GenericDatumReader<>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(datum, null));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(reader).write(value, encoder);
    encoder.flush();
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Schema parse(JsonNode schema) throws SchemaParseException {
    return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false).parse(schema.toString());
  }
}
