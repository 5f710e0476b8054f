package dev.strata.page;

import dev.strata.access.endpoints.Open;
import dev.strata.web.EntityTags;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The page: one document, whatever it shows. What it shows stands in its query, which only browsers read. */
@RestController
class PageController {

    private final PageFiles files;

    PageController(PageFiles files) {
        this.files = files;
    }

    @Open
    @GetMapping("/")
    void page(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String entityTag = "W/\"" + files.version() + "\""; // weak, because a compressed answer has it too
        response.setHeader("ETag", entityTag);
        response.setHeader("Cache-Control", "no-cache");
        if (EntityTags.match(request.getHeader("If-None-Match"), entityTag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(files.document().length);
        response.getOutputStream().write(files.document());
    }
}
