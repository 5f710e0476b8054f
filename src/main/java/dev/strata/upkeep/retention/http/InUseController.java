package dev.strata.upkeep.retention.http;

import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.retention.uses.InUse;
import dev.strata.upkeep.retention.uses.UsedImage;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What clusters and deployments say that they run. */
@RestController
class InUseController {

    private static final int MOST = 5_000;
    private static final int LARGEST_BODY = 2 * 1024 * 1024;
    private static final int LONGEST_LEASE = 30 * 24 * 60 * 60;
    private static final Pattern SOURCE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}");

    private final InUse inUse;
    private final RetentionJson json;
    private final Guard guard;
    private final SmallBodies bodies;

    InUseController(InUse inUse, RetentionJson json, Guard guard, SmallBodies bodies) {
        this.inUse = inUse;
        this.json = json;
        this.guard = guard;
        this.bodies = bodies;
    }

    private record Report(Duration lease, Set<UsedImage> images) {}

    /** Who may pull from the repositories that it names. */
    @Open(to = Open.Audience.CLIENTS)
    @PutMapping("/api/upkeep/in-use/{source}")
    void report(@PathVariable String source, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!SOURCE.matcher(source).matches()) {
            throw invalid("a source has letters, digits, '.', '_' and '-', 128 at the most", "source");
        }
        Report report = bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, InUseController::read);
        report.images().stream()
                .map(UsedImage::repository)
                .distinct()
                .forEach(name -> guard.require(Action.PULL, name, request, response));
        inUse.report(Callers.of(request).key(), source, report.images(), report.lease());
        json.send(request, response, json.object().put("images", report.images().size()));
    }

    private static Report read(byte[] body) {
        JsonNode json = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        if (!json.isObject()) {
            throw invalid("the body is a JSON object", "$");
        }
        for (String field : json.propertyNames()) {
            if (!field.equals("seconds") && !field.equals("images")) {
                throw invalid("there is no such field", field);
            }
        }
        JsonNode seconds = json.path("seconds");
        if (!seconds.isInt() || seconds.intValue() < 1 || seconds.intValue() > LONGEST_LEASE) {
            throw invalid("seconds is a number from 1 to " + LONGEST_LEASE, "seconds");
        }
        JsonNode array = json.path("images");
        if (!array.isArray() && !array.isNull() || array.size() > MOST) {
            throw invalid("images is an array of " + MOST + " at the most", "images");
        }
        Set<UsedImage> images = new LinkedHashSet<>();
        for (JsonNode image : array) {
            images.add(image(image));
        }
        return new Report(Duration.ofSeconds(seconds.intValue()), images);
    }

    /** As clusters have them, without the registry's name: {@code team/web@sha256:…}. */
    private static UsedImage image(JsonNode json) {
        String text = json.isString() ? json.stringValue() : "";
        int at = text.indexOf('@');
        if (at < 0) {
            throw invalid("an image is written as NAME@DIGEST", "images");
        }
        return new UsedImage(RepositoryName.of(text.substring(0, at)), Digest.of(text.substring(at + 1)));
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.PARAMETER_INVALID, message, Map.of("field", field));
    }
}
