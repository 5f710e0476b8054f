package dev.strata.upkeep.scrub;

import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is damaged at the moment, in the order of the digests. */
@RestController
class DamageController {

    private static final String PATH = "/api/upkeep/damage";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final DamageList list;
    private final Links links;

    DamageController(DamageList list, Links links) {
        this.list = list;
        this.links = links;
    }

    /**
     * @param repositories the names of some that have it
     */
    record Damaged(String digest, String what, String kind, long size, Instant found, List<String> repositories) {}

    record Page(List<Damaged> damage) {}

    @Needs(Action.ADMIN)
    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Page list(@RequestParam Optional<String> n, @RequestParam Optional<Digest> last, HttpServletResponse response) {
        int limit = Math.clamp(n.map(DamageController::number).orElse(PAGE), 1, LARGEST_PAGE);
        List<Damage> found = list.list(last.map(Digest::bytes).orElse(new byte[0]), limit + 1);
        List<Damage> page = found.subList(0, Math.min(limit, found.size()));
        if (found.size() > limit) {
            links.setNext(response, PATH + "?n=" + limit + "&last=" + page.getLast().digest());
        }
        return new Page(page.stream().map(this::describe).toList());
    }

    private Damaged describe(Damage damage) {
        return new Damaged(
                damage.digest().toString(),
                damage.what().name().toLowerCase(Locale.ROOT),
                damage.kind().name().toLowerCase(Locale.ROOT),
                damage.size(),
                damage.found(),
                list.someRepositories(damage));
    }

    private static int number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "n is a number", Map.of("parameter", "n", "value", text));
        }
        return Integer.parseInt(text);
    }
}
