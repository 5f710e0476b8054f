package dev.strata.savings.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.endpoints.Open;
import dev.strata.oci.Digest;
import dev.strata.savings.figures.BackgroundWork;
import dev.strata.savings.figures.Savings;
import dev.strata.savings.report.BlobReport;
import dev.strata.savings.report.LayerTreeReport;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The registry as a whole, and its layers. */
@RestController
@RequestMapping("/api/savings")
class SavingsController {

    /** In bytes, of a layer with the names of images on it. */
    private static final long OF_A_LAYER = 3_000;

    private final Savings savings;
    private final LayerTreeReport layers;
    private final BlobReport blobs;
    private final BackgroundWork work;
    private final Guard guard;
    private final Answers answers;

    SavingsController(
            Savings savings,
            LayerTreeReport layers,
            BlobReport blobs,
            BackgroundWork work,
            Guard guard,
            Answers answers) {
        this.savings = savings;
        this.layers = layers;
        this.blobs = blobs;
        this.work = work;
        this.guard = guard;
        this.answers = answers;
    }

    @Open(to = Open.Audience.TOTALS)
    @GetMapping
    void savings(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answers.send(request, response, memory -> savings.figures());
    }

    @Open(to = Open.Audience.TOTALS)
    @GetMapping("/layers")
    void layers(
            @RequestParam Optional<Digest> stack,
            @RequestParam Optional<String> depth,
            @RequestParam Optional<String> breadth,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        int levels = Parameters.number("depth", depth, 1, 16, 3);
        int children = Parameters.number("breadth", breadth, 1, 100, 12);
        answers.send(request, response, memory -> {
            memory.grow(LayerTreeReport.MOST_NODES * OF_A_LAYER);
            return layers.tree(stack, levels, children, guard.readable(request));
        });
    }

    @Open(to = Open.Audience.TOTALS)
    @GetMapping("/bases")
    void bases(@RequestParam Optional<String> n, HttpServletRequest request, HttpServletResponse response) throws IOException {
        int limit = Parameters.number("n", n, 1, 100, 10);
        answers.send(request, response, memory -> {
            memory.grow(limit * OF_A_LAYER);
            return new Bases(layers.bases(limit, guard.readable(request)));
        });
    }

    private record Bases(List<LayerTreeReport.Layer> bases) {}

    private record Works(List<BackgroundWork.Kind> work) {}

    @Needs(Action.ADMIN)
    @GetMapping("/work")
    void work(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answers.send(request, response, memory -> new Works(work.kinds()));
    }

    @Open(to = Open.Audience.CLIENTS)
    @GetMapping("/blobs/{digest}")
    void blob(@PathVariable Digest digest, HttpServletRequest request, HttpServletResponse response) throws IOException {
        answers.send(request, response, memory -> blobs.get(digest, guard.readable(request)));
    }
}
