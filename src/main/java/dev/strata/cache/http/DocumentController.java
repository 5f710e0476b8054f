package dev.strata.cache.http;

import dev.strata.access.endpoints.Open;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says how the layer cache is asked. */
@RestController
class DocumentController {

    static final String PATH = "/docs/layer-cache.md";

    private static final MediaType MARKDOWN = new MediaType(MediaType.TEXT_MARKDOWN, StandardCharsets.UTF_8);

    @Open
    @GetMapping(PATH)
    ResponseEntity<Resource> document() {
        return ResponseEntity.ok().contentType(MARKDOWN).body(new ClassPathResource(PATH));
    }
}
