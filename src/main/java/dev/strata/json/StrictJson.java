package dev.strata.json;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that is hostile until it is read: UTF-8 only, at most 32 levels deep, no name twice in one object, and no
 * more than 500,000 names, values and brackets, which take some 50 MB at the most.
 */
public final class StrictJson {

    private static final int DEEPEST = 32;
    private static final int MOST_TOKENS = 500_000;
    private static final int PART = 8 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_TOKENS)
                            .maxNumberLength(32)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int BYTES_OF_TOKEN = 100;

    private StrictJson() {}

    /**
     * How many bytes of memory reading a document may take, which depends on what is in it: a bound, found without
     * reading it. Its own bytes are not counted.
     */
    public static long memory(byte[] content) {
        long tokens = 1;
        boolean isText = false;
        for (int i = 0; i < content.length; i++) {
            switch (content[i]) {
                case '"' -> isText = !isText;
                case '\\' -> i += isText ? 1 : 0;
                case '{', '[' -> tokens += isText ? 0 : 2; // it is closed, too
                case ',', ':' -> tokens += isText ? 0 : 1;
                default -> {}
            }
        }
        return content.length + BYTES_OF_TOKEN * Math.min(tokens, MOST_TOKENS);
    }

    /**
     * Reads a document. Its size is for the caller to limit.
     *
     * @param what the document's name in messages, such as "the manifest"
     * @param problem what it is where the document is not acceptable
     * @throws RegistryException with that problem, and where in the document it lies
     */
    public static JsonNode read(byte[] content, String what, Problem problem) {
        try {
            requireUtf8(content);
            return JSON.readTree(content);
        } catch (CharacterCodingException e) {
            throw new RegistryException(problem, what + " is not UTF-8", Map.of("encoding", "UTF-8"), e);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation(); // absent where a limit was passed
            String where = at == null ? "unknown" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new RegistryException(
                    problem,
                    what + " is not acceptable JSON: " + e.getOriginalMessage(),
                    Map.of("location", where),
                    e);
        }
    }

    /** JSON is UTF-8 (RFC 8259, section 8.1), and whoever reads other encodings reads something else than others. */
    private static void requireUtf8(byte[] content) throws CharacterCodingException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(content);
        CharBuffer part = CharBuffer.allocate(Math.min(content.length, PART) + 1); // all of it would be twice as large
        CoderResult result;
        do {
            result = decoder.decode(bytes, part.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            result.throwException();
        }
    }
}
