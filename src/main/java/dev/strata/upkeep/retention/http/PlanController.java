package dev.strata.upkeep.retention.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.retention.plans.ListedImage;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanState;
import dev.strata.upkeep.retention.plans.Plans;
import dev.strata.upkeep.retention.plans.Verdict;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.RetentionRules;
import dev.strata.upkeep.retention.runs.Runs;
import dev.strata.web.Links;
import dev.strata.web.QueryNumbers;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plans of retention, and their runs. */
@RestController
@RequestMapping("/api/upkeep/retention")
class PlanController {

    private static final String PLANS = "/api/upkeep/retention/plans";
    private static final String RUNS = "/api/upkeep/retention/runs";
    private static final int DEFAULT_PAGE = 50;
    private static final int LARGEST_PAGE = 500;
    private static final int MOST_STOPPED = 100;
    private static final int LARGEST_BODY = 64 * 1024;

    private final Plans plans;
    private final Runs runs;
    private final RetentionRules rules;
    private final RetentionJson json;
    private final SmallBodies bodies;
    private final Audit audit;
    private final Links links;

    PlanController(
            Plans plans,
            Runs runs,
            RetentionRules rules,
            RetentionJson json,
            SmallBodies bodies,
            Audit audit,
            Links links) {
        this.plans = plans;
        this.runs = runs;
        this.rules = rules;
        this.json = json;
        this.bodies = bodies;
        this.audit = audit;
        this.links = links;
    }

    /** Of some repositories or rules where the body names them. */
    @Needs(Action.ADMIN)
    @PostMapping("/preview")
    void preview(HttpServletRequest request, HttpServletResponse response) throws IOException {
        PreviewRequest wish = bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, PreviewRequest::read);
        List<String> names = rules.all().stream().map(RetentionRule::name).toList();
        wish.rules().stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new RegistryException(Problem.GRANT_UNKNOWN, "there is no rule of this name", Map.of("name", name));
        });
        Plan plan = runs.preview(
                wish.repositories(),
                rule -> wish.rules().isEmpty() || wish.rules().contains(rule.name()),
                wish.cap(),
                RetentionJson.caller(request));
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
        links.setLocation(request, response, PLANS + "/" + plan.id());
        json.send(request, response, json.plan(plan));
    }

    @Needs(Action.ADMIN)
    @GetMapping("/plans")
    void list(
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> before,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        int size = (int) QueryNumbers.of("n", n, 1, LARGEST_PAGE, DEFAULT_PAGE);
        long from = QueryNumbers.of("before", before, 0, Long.MAX_VALUE, Long.MAX_VALUE);
        send("plans", PLANS, plans.before(from, size), size, request, response);
    }

    @Needs(Action.ADMIN)
    @GetMapping("/runs")
    void runs(
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> before,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        int size = (int) QueryNumbers.of("n", n, 1, LARGEST_PAGE, DEFAULT_PAGE);
        long from = QueryNumbers.of("before", before, 0, Long.MAX_VALUE, Long.MAX_VALUE);
        send("runs", RUNS, plans.runsBefore(from, size), size, request, response);
    }

    private void send(
            String field, String path, List<Plan> page, int size, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ObjectNode answer = json.object();
        ArrayNode list = answer.putArray(field);
        page.forEach(plan -> list.add(json.plan(plan)));
        if (page.size() == size) {
            answer.put("next", String.valueOf(page.getLast().id()));
            links.setNext(response, path + "?n=" + size + "&before=" + page.getLast().id());
        }
        json.send(request, response, answer);
    }

    /**
     * A plan with a page of its images. Whoever looks at a whole one that is ready has seen what its rules remove.
     *
     * @param decision only those of which this was decided: {@code keep}, {@code remove} or {@code stopped}
     */
    @Needs(Action.ADMIN)
    @GetMapping("/plans/{id}")
    void get(
            @PathVariable String id,
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            @RequestParam Optional<String> decision,
            @RequestParam Optional<RepositoryName> repository,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Plan plan = find(id);
        int size = (int) QueryNumbers.of("n", n, 1, LARGEST_PAGE, DEFAULT_PAGE);
        long from = QueryNumbers.of("after", after, 0, Long.MAX_VALUE, 0);
        Optional<Plans.Decision> only = decision.map(PlanController::decision);
        List<ListedImage> page = plans.images(plan, only, repository.map(RepositoryName::value), from, size);
        ObjectNode answer = json.plan(plan).put("current", plans.isCurrent(plan));
        ArrayNode stopped = answer.putArray("stopped");
        plans.stopped(plan, MOST_STOPPED)
                .forEach(each -> stopped.addObject()
                        .put("repository", each.repository())
                        .put("images", each.images())
                        .put("remove", each.removals()));
        ArrayNode images = answer.putArray("images");
        page.forEach(image -> images.add(json.image(image)));
        if (page.size() == size) {
            long next = page.getLast().id();
            answer.put("next", String.valueOf(next));
            links.setNext(
                    response,
                    PLANS + "/" + plan.id() + "?n=" + size + "&after=" + next
                            + decision.map(word -> "&decision=" + word).orElse("")
                            + repository.map(name -> "&repository=" + name).orElse(""));
        }
        if (plan.state() == PlanState.READY && plan.wish().repositories().isEmpty()) {
            rules.see(plan.ruleKeys(), RetentionJson.caller(request));
        }
        json.send(request, response, answer);
    }

    private static Plans.Decision decision(String word) {
        return switch (word) {
            case "keep" -> Plans.Decision.KEEP;
            case "remove" -> Plans.Decision.REMOVE;
            case "stopped" -> Plans.Decision.STOPPED;
            default -> throw new RegistryException(
                    Problem.PARAMETER_INVALID,
                    "decision is keep, remove or stopped",
                    Map.of("parameter", "decision", "value", word));
        };
    }

    @Needs(Action.ADMIN)
    @PostMapping("/plans/{id}/run")
    void run(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Plan plan = runs.run(find(id), RetentionJson.caller(request));
        audit.note(
                AuditEvent.What.RETENTION_RUN,
                request,
                id,
                Map.of("images", String.valueOf(plan.totals().removals())));
        accept(plan, request, response);
    }

    @Needs(Action.ADMIN)
    @PostMapping("/runs/{id}/undo")
    void undo(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Plan plan = runs.undo(find(id));
        audit.note(AuditEvent.What.RESTORED, request, "", Map.of("retention", id));
        accept(plan, request, response);
    }

    private void accept(Plan plan, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
        links.setLocation(request, response, PLANS + "/" + plan.id());
        json.send(request, response, json.plan(plan));
    }

    private Plan find(String id) {
        try {
            Optional<Plan> plan = plans.find(Long.parseLong(id));
            if (plan.isPresent()) {
                return plan.get();
            }
        } catch (NumberFormatException e) {
            // there is none
        }
        throw new RegistryException(Problem.PLAN_UNKNOWN, "there is no such plan", Map.of("id", id));
    }
}
