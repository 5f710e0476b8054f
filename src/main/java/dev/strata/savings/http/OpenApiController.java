package dev.strata.savings.http;

import dev.strata.access.endpoints.Open;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The description of the API, for programs: OpenAPI 3.1. */
@RestController
class OpenApiController {

    private static final String MEDIA_TYPE = "application/yaml"; // RFC 9512

    private final ClassPathResource document = new ClassPathResource("openapi.yaml");

    @Open
    @GetMapping("/api/openapi.yaml")
    void document(HttpServletResponse response) throws IOException {
        byte[] body = document.getContentAsByteArray();
        response.setContentType(MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
