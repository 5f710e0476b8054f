package dev.strata.savings.figures;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The JSON of the figures: docs/savings.md, "The API". */
@Component
public class SavingsJson {

    private static final JacksonModule NOUNS = new SimpleModule("nouns")
            .addSerializer(Digest.class, ToStringSerializer.instance)
            .addSerializer(MediaType.class, ToStringSerializer.instance)
            .addSerializer(RepositoryName.class, ToStringSerializer.instance);

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(NOUNS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(
                    inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    public byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** Each figure by its path, such as {@code saved.tags}. What is no whole number is left out. */
    Map<String, Long> flatten(Figures figures) {
        Map<String, Long> flat = new LinkedHashMap<>();
        flatten("", mapper.valueToTree(figures), flat);
        return flat;
    }

    private static void flatten(String path, JsonNode node, Map<String, Long> flat) {
        if (node.isIntegralNumber()) {
            flat.put(path, node.longValue());
        }
        node.properties()
                .forEach(entry -> flatten(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), flat));
    }
}
