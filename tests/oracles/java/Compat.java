import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaParseException;

/**
 * Runs Avro's own compatibility check. Reads lines {"reader": SCHEMA, "writer": SCHEMA}, and writes a line
 * for each: {"verdict": "compatible" | "incompatible" | "throws", "incompatibilities": [{"type",
 * "location"}]}, or {"refused": REASON} if a schema does not parse.
 */
public final class Compat {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null;) {
      out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    out.flush();
  }

  private static ObjectNode answer(JsonNode pair) {
    ObjectNode answer = JSON.createObjectNode();
    Schema reader;
    Schema writer;
    try {
      reader = parse(pair.get("reader"));
      writer = parse(pair.get("writer"));
    } catch (RuntimeException refused) {
      return answer.put("refused", refused.toString());
    }
    ArrayNode reasons = answer.putArray("incompatibilities");
    try {
      var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
      answer.put("verdict", result.getCompatibility().name().toLowerCase());
      for (SchemaCompatibility.Incompatibility reason : result.getIncompatibilities()) {
        reasons.addObject().put("type", reason.getType().name()).put("location", reason.getLocation());
      }
    } catch (AvroRuntimeException thrown) {
      answer.put("verdict", "throws");
    }
    return answer;
  }

  private static Schema parse(JsonNode schema) throws SchemaParseException {
    return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false).parse(schema.toString());
  }
}
