package dev.strata.upkeep.retention.planning;

import dev.strata.access.rules.TagRules;
import dev.strata.oci.RepositoryName;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.RuleSet;
import dev.strata.upkeep.retention.plans.Times;
import dev.strata.upkeep.retention.plans.Verdict;
import dev.strata.upkeep.retention.rules.Clause;
import dev.strata.upkeep.retention.rules.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Decides about images by the rules, from the one that was pushed last on, so that those can be counted. */
@Component
class Decisions {

    private static final int AT_ONCE = 20;

    /** A build that made a temporary image may still need it. */
    private static final Duration LONGEST_BUILD = Duration.ofDays(1);

    private final ImageTable images;
    private final TagRules tagRules;
    private final JdbcTemplate jdbc;

    Decisions(ImageTable images, TagRules tagRules, JdbcTemplate jdbc) {
        this.images = images;
        this.tagRules = tagRules;
        this.jdbc = jdbc;
    }

    /** {@code a} is where in the order of pushes it goes on, behind the image {@code b}; {@code d} is 1 where it has begun. */
    At next(Plan plan, At at, RuleSet rules) {
        long from = at.d() == 0 ? Long.MIN_VALUE : at.a();
        List<PlannedImage> some = images.byPush(plan.id(), at.repositoryId(), from, at.b(), AT_ONCE);
        List<RuleSet.Told> told = rules.on(at.repository());
        long[] counts = counts(images.counts(plan.id(), at.repositoryId()), told.size());
        for (PlannedImage image : some) {
            images.decide(image.id(), decide(plan, at, image, told, counts));
        }
        images.setCounts(
                plan.id(),
                at.repositoryId(),
                LongStream.of(counts).mapToObj(String::valueOf).collect(Collectors.joining(",")));
        return some.size() < AT_ONCE
                ? at.to(At.Stage.BUDGET)
                : at.with(some.getLast().pushedOrder(), some.getLast().id(), 0, 1);
    }

    private static long[] counts(String text, int size) {
        return text.isEmpty() ? new long[size] : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    private Verdict decide(Plan plan, At at, PlannedImage image, List<RuleSet.Told> told, long[] counts) {
        TagNames tags = new TagNames(jdbc, image);
        if (!tags.isEmpty()) {
            images.setTags(image.id(), tags.some());
        }
        Optional<Verdict> decided = Optional.empty();
        for (int i = 0; i < told.size(); i++) {
            RuleSet.Told each = told.get(i);
            // Each is asked, since it counts the images that it is about.
            if (holds(each, plan.madeAt(), image, tags, counts, i) && decided.isEmpty()) {
                decided = Optional.of(each.verdict());
            }
        }
        if (image.inUse()) {
            return Verdict.keep("in use");
        }
        if (tags.anyIsImmutable(tagRules, RepositoryName.of(at.repository()))) {
            return Verdict.keep("a tag is immutable");
        }
        if (image.temporary() && image.pushedAt().plus(LONGEST_BUILD).isAfter(plan.madeAt())) {
            return Verdict.keep("a build may need it");
        }
        return decided.orElse(new Verdict(Verdict.Kind.LEAVE, Optional.empty(), "no rule removes it"));
    }

    private static boolean holds(
            RuleSet.Told told, Instant now, PlannedImage image, TagNames tags, long[] counts, int place) {
        Clause clause = told.clause();
        if (clause.budget().isPresent()) {
            return false; // that is decided when everything else is
        }
        for (Condition condition : clause.conditions()) {
            if (condition instanceof Condition.Tags(var patterns)
                    && !(told.removes() ? tags.all(patterns) : tags.any(patterns))) {
                return false;
            }
        }
        long count = clause.counts() ? ++counts[place] : 0;
        return clause.conditions().stream().allMatch(condition -> holds(condition, now, image, tags, count));
    }

    private static boolean holds(Condition condition, Instant now, PlannedImage image, TagNames tags, long count) {
        return switch (condition) {
            case Condition.Tags _ -> true;
            case Condition.Newest(int most) -> count <= most;
            case Condition.MoreThan(int most) -> count > most;
            case Condition.OlderThan(Duration age) -> image.pushedAt().isBefore(now.minus(age));
            case Condition.PushedWithin(Duration age) -> !image.pushedAt().isBefore(now.minus(age));
            case Condition.PulledWithin(Duration age) ->
                image.pulledAt().filter(pulled -> !pulled.isBefore(now.minus(age))).isPresent();
            case Condition.NotPulledSince(Duration age) ->
                Times.ofOrder(image.usedOrder()).isBefore(now.minus(age));
            case Condition.UntaggedSince(Duration age) ->
                tags.isEmpty() && image.untaggedAt().orElse(image.pushedAt()).isBefore(now.minus(age));
            case Condition.Above _ -> false;
        };
    }
}
