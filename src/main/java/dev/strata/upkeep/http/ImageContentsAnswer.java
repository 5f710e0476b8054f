package dev.strata.upkeep.http;

import dev.strata.cache.imagefiles.ImageFiles;
import dev.strata.cache.layerfiles.FilePage;
import dev.strata.cache.layerfiles.LayerFile;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes which files are in the layers of an image. */
@Component
class ImageContentsAnswer {

    private static final String USUAL_PLATFORM = "linux/amd64";

    private final ImageFiles images;
    private final UpkeepJson json;
    private final Links links;

    ImageContentsAnswer(ImageFiles images, UpkeepJson json, Links links) {
        this.images = images;
        this.json = json;
        this.links = links;
    }

    /** The layers of the image that the request names, or where it names a layer some of the files in there. */
    ObjectNode of(RepositoryName repository, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String reference = parameter(request, "reference")
                .orElseThrow(() -> new RegistryException(
                        Problem.PARAMETER_INVALID, "reference is missing", Map.of("parameter", "reference")));
        Platform platform = Platform.of(parameter(request, "platform").orElse(USUAL_PLATFORM));
        Optional<String> layer = parameter(request, "layer");
        if (layer.isEmpty()) {
            return layers(repository, reference, platform);
        }
        WantedPage page = WantedPage.of(parameter(request, "n"), "after", parameter(request, "after"), 0);
        Optional<FilePage> found = images.files(
                repository, reference, platform, Digest.of(layer.get()), page.place(), page.size());
        ObjectNode answer = json.object().put("listed", found.isPresent());
        ArrayNode files = answer.putArray("files");
        found.ifPresent(part -> part.files().forEach(file -> files.add(file(file))));
        found.flatMap(FilePage::next).ifPresent(next -> {
            answer.put("next", next);
            links.setNext(response, request.getRequestURI() + "?reference=" + encoded(reference) + "&platform="
                    + encoded(platform.toString()) + "&layer=" + layer.get() + "&n=" + page.size() + "&after=" + next);
        });
        return answer;
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ObjectNode layers(RepositoryName repository, String reference, Platform platform) {
        ObjectNode answer = json.object();
        ArrayNode layers = answer.putArray("layers");
        for (ImageFiles.ListedLayer each : images.layers(repository, reference, platform)) {
            ObjectNode layer = layers.addObject()
                    .put("digest", each.blob().digest().toString())
                    .put("diff_id", each.diffId().toString())
                    .put("size", each.blob().size())
                    .put("listed", each.entries().isPresent());
            each.entries().ifPresent(entries -> layer.put("entries", entries));
        }
        return answer;
    }

    private ObjectNode file(LayerFile file) {
        ObjectNode answer = json.object()
                .put("path", "/" + file.path())
                .put("type", file.type().name().toLowerCase(Locale.ROOT))
                .put("mode", String.format("%04o", file.mode()))
                .put("uid", file.uid())
                .put("gid", file.gid());
        if (!file.target().isEmpty()) {
            answer.put("target", file.target());
        }
        file.sha256().ifPresent(digest -> answer.put("size", file.size()).put("sha256", digest.hex()));
        return answer;
    }
}
