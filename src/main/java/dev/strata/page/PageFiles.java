package dev.strata.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * The files that the page consists of.
 *
 * @param version stands for all of their bytes: another version has another
 * @param document the page itself, which refers to the others under {@link #path()}
 */
record PageFiles(String version, byte[] document) {

    static final String PREFIX = "/assets/";
    static final String OWN = "classpath:/static/page/";
    static final String WEBJARS = "classpath:/META-INF/resources/webjars/";

    private static final String DOCUMENT = "classpath:/templates/page.html";
    private static final String CHARTS = "classpath*:/META-INF/resources/webjars/uplot/*/package.json";
    private static final String PLACEHOLDER = "{assets}";
    private static final int VERSION_CHARACTERS = 16;

    static PageFiles read(ResourcePatternResolver resources) throws IOException {
        String template = resources.getResource(DOCUMENT).getContentAsString(StandardCharsets.UTF_8);
        MessageDigest hash = DigestUtils.getSha256Digest();
        DigestUtils.updateDigest(hash, template);
        for (String pattern : List.of(OWN + "**/*.*", CHARTS)) {
            Resource[] files = resources.getResources(pattern);
            Arrays.sort(files, Comparator.comparing(Resource::getDescription));
            for (Resource file : files) {
                try (InputStream content = file.getInputStream()) {
                    DigestUtils.updateDigest(hash, content);
                }
            }
        }
        String version = Hex.encodeHexString(hash.digest()).substring(0, VERSION_CHARACTERS);
        String document = template.replace(PLACEHOLDER, PREFIX + version);
        return new PageFiles(version, document.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the files are on this server. */
    String path() {
        return PREFIX + version;
    }
}
