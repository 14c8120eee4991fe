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
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Converts between Avro's binary and JSON encodings. Reads lines {"schema": SCHEMA, "data": [{"hex": HEX,
 * "json": TEXT}]} with each datum in both encodings, and writes a line for each: {"data": [{"hex": HEX,
 * "json": TEXT, "error": REASON}]}, each encoding converted from the other, or the reason why it could not be
 * converted.
 */
public final class Documents {
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
    Schema schema = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false)
        .parse(question.get("schema").toString());
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode data = answer.putArray("data");
    for (JsonNode datum : question.get("data")) {
      ObjectNode found = data.addObject();
      try {
        found.put("json", text(schema, HexFormat.of().parseHex(datum.get("hex").textValue())));
        found.put("hex", binary(schema, datum.get("json").textValue()));
      } catch (IOException | RuntimeException | StackOverflowError failed) {
        found.put("error", failed.toString());
      }
    }
    return answer;
  }

  private static String binary(Schema schema, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Decoder decoder = DecoderFactory.get().jsonDecoder(schema, text);
    copy(schema, decoder, EncoderFactory.get().binaryEncoder(bytes, null));
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String text(Schema schema, byte[] datum) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Decoder decoder = DecoderFactory.get().binaryDecoder(datum, null);
    copy(schema, decoder, EncoderFactory.get().jsonEncoder(schema, text));
    return text.toString(StandardCharsets.UTF_8);
  }

  private static void copy(Schema schema, Decoder from, Encoder to) throws IOException {
    new GenericDatumWriter<>(schema).write(new GenericDatumReader<>(schema).read(null, from), to);
    to.flush();
  }
}
