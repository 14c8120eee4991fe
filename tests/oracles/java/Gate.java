import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * Compares the versions of events as a gate does, for a benchmark. Reads a line for each event, up to an
 * empty line: a list of its schemas, the new one last. Then, for each further line, compares every new schema
 * with all its old ones, in both directions, and writes whether all are compatible.
 */
public final class Gate {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ObjectMapper json = new ObjectMapper();
    List<List<Schema>> events = new ArrayList<>();
    for (String line; (line = in.readLine()) != null && !line.isEmpty();) {
      List<Schema> schemas = new ArrayList<>();
      for (JsonNode schema : json.readTree(line)) {
        schemas.add(new Schema.Parser().parse(schema.toString()));
      }
      events.add(schemas);
    }
    while (in.readLine() != null) {
      System.out.println(events.stream().allMatch(Gate::holds) ? "compatible" : "incompatible");
    }
  }

  private static boolean holds(List<Schema> schemas) {
    Schema now = schemas.get(schemas.size() - 1);
    return schemas.stream().limit(schemas.size() - 1).allMatch(old -> reads(now, old) && reads(old, now));
  }

  private static boolean reads(Schema reader, Schema writer) {
    var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return compatibility.getType() == SchemaCompatibilityType.COMPATIBLE;
  }
}
