package dev.strata.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What Strata wants to reach in a case. */
sealed interface Aim {

    String caseId();

    /** How it stands: the aim, what was reached, and whether that is enough; empty where something was not measured. */
    Optional<Verdict> judge(Results results, Unit unit);

    /** An aim beside what was reached. */
    record Verdict(String aim, String reached, boolean met) {
    }

    /** So many times as good as the best of some servers, as far as they were measured. */
    record Times(String caseId, double factor, List<String> references) implements Aim {

        @Override
        public Optional<Verdict> judge(Results results, Unit unit) {
            OptionalDouble strata = results.median(caseId, "strata");
            List<String> measured = references.stream()
                    .filter(name -> results.median(caseId, name).isPresent()).toList();
            if (strata.isEmpty() || measured.isEmpty()) {
                return Optional.empty();
            }
            double reached = measured.stream()
                    .mapToDouble(name -> unit.timesBetter(strata.getAsDouble(),
                            results.median(caseId, name).orElseThrow()))
                    .min().orElseThrow();
            String reference = measured.size() == 1 ? measured.getFirst() : "the best of " + String.join(", ", measured);
            return Optional.of(new Verdict("%s × %s".formatted(number(factor), reference), number(reached),
                    reached >= factor));
        }
    }

    /** A part of the slower of hashing and writing. */
    record OfPushCeiling(String caseId, double part) implements Aim {

        @Override
        public Optional<Verdict> judge(Results results, Unit unit) {
            OptionalDouble strata = results.median(caseId, "strata");
            if (strata.isEmpty() || results.ceilings().isEmpty()) {
                return Optional.empty();
            }
            double reached = strata.getAsDouble() / Figures.median(results.ceilings(), Ceilings::push);
            return Optional.of(new Verdict("%s × hashing or writing".formatted(number(part)), number(reached),
                    reached >= part));
        }
    }

    /** No more than so much. */
    record AtMost(String caseId, double limit) implements Aim {

        @Override
        public Optional<Verdict> judge(Results results, Unit unit) {
            OptionalDouble strata = results.median(caseId, "strata");
            return strata.isEmpty() ? Optional.empty() : Optional.of(new Verdict(
                    "under %s %s".formatted(number(limit), unit.symbol()), number(strata.getAsDouble()),
                    strata.getAsDouble() < limit));
        }
    }

    /** No less than so much. */
    record AtLeast(String caseId, double limit) implements Aim {

        @Override
        public Optional<Verdict> judge(Results results, Unit unit) {
            OptionalDouble strata = results.median(caseId, "strata");
            return strata.isEmpty() ? Optional.empty() : Optional.of(new Verdict(
                    "%s %s or more".formatted(number(limit), unit.symbol()), number(strata.getAsDouble()),
                    strata.getAsDouble() >= limit));
        }
    }

    /** Those of registries that store in PostgreSQL and on S3. */
    static List<Aim> shared() {
        List<String> distribution = List.of("distribution");
        return List.of(
                new Times("push-patch-large-1", 1.5, distribution),
                new Times("push-put-large-1", 1.5, distribution),
                new Times("pull-large-1", 1, distribution),
                new Times("pull-large-8", 1, distribution),
                new Times("pull-redirected-1", 1, distribution));
    }

    /** All others. */
    static List<Aim> all() {
        List<String> distribution = List.of("distribution");
        List<String> registries = List.of("distribution", "docker-registry", "zot");
        return List.of(
                new Times("pull-large-8", 1.15, distribution),
                new Times("pull-large-8", 1.2, List.of("nginx")),
                new Times("push-patch-large-1", 1.3, registries),
                new OfPushCeiling("push-patch-large-1", 0.9),
                new Times("push-put-large-1", 1.3, registries),
                new OfPushCeiling("push-put-large-1", 0.9),
                new Times("manifest-put-1", 2, registries),
                new Times("manifest-put-16", 2, registries),
                new Times("manifest-get-tag-16", 2, distribution),
                new Times("manifest-get-digest-16", 2, distribution),
                new AtLeast("manifest-bearer-16", 0.9),
                new AtLeast("manifest-basic-16", 0.7),
                new Times("tags-few-whole-16", 4, registries),
                new Times("tags-few-page-16", 10, registries),
                new AtMost("cache-steps-50-8", 5),
                new AtMost("cache-steps-99-8", 20),
                new AtMost("memory-pull-64", 350),
                new AtMost("memory-push-64", 350),
                new AtMost("start", 2),
                new AtLeast("collection-pull", 0.8),
                new AtLeast("collection-push", 0.8));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value).replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }
}
