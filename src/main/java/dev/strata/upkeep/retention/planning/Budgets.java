package dev.strata.upkeep.retention.planning;

import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.RuleSet;
import dev.strata.upkeep.retention.plans.Verdict;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Where a repository may have so many bytes: what was used last stays, as far as it fits beside all that other rules keep.
 * Each blob and manifest counts once in a repository.
 */
@Component
class Budgets {

    private static final int AT_ONCE = 100;
    private static final List<Verdict.Kind> IN_ORDER = List.of(Verdict.Kind.KEEP, Verdict.Kind.LEAVE);

    private final ImageTable images;
    private final MemberTable members;
    private final ImageObjects objects;

    Budgets(ImageTable images, MemberTable members, ImageObjects objects) {
        this.images = images;
        this.members = members;
        this.objects = objects;
    }

    /**
     * {@code d} is which kind of images is counted, {@code a} and {@code b} behind which of them it goes on, {@code c} is how
     * many bytes there are so far; nothing is counted any more where that is below zero. Of the image that is counted,
     * {@code e} is the part, 0 for itself, and {@code f} how far in what that names.
     */
    At next(Plan plan, At at, RuleSet rules) {
        Optional<RuleSet.Told> told = rules.budget(at.repository());
        if (told.isEmpty()) {
            return at.to(At.Stage.SETTLE);
        }
        long from = at.b() == 0 ? Long.MIN_VALUE : at.a();
        Verdict.Kind kind = IN_ORDER.get(at.d());
        Optional<PlannedImage> next =
                images.byUse(plan.id(), at.repositoryId(), kind, from, at.b(), 1).stream().findFirst();
        if (next.isEmpty()) {
            return at.d() + 1 < IN_ORDER.size()
                    ? at.with(0, 0, at.c(), at.d() + 1)
                    : at.to(At.Stage.SETTLE);
        }
        PlannedImage image = next.get();
        long bytes = at.c();
        if (bytes >= 0) {
            Counted counted = count(plan, image, at);
            bytes += counted.bytes();
            if (counted.goesOn()) {
                return at.within(bytes, counted.part(), counted.place());
            }
        }
        if (kind == Verdict.Kind.LEAVE
                && (bytes < 0 || bytes > told.get().clause().budget().orElseThrow())) {
            images.decide(image.id(), told.get().verdict());
            bytes = -1;
        }
        return at.with(image.usedOrder(), image.id(), bytes, at.d());
    }

    /** Bytes that no image before has, and where it goes on with this one. */
    private record Counted(long bytes, boolean goesOn, long part, long place) {}

    private Counted count(Plan plan, PlannedImage image, At at) {
        long scope = image.repositoryId();
        long manifestId = at.e() == 0 ? image.manifestId() : members.manifest(at.e());
        long bytes = 0;
        boolean isNew = at.f() > 0;
        if (!isNew) {
            ImageObjects.Sized manifest = objects.manifest(manifestId);
            isNew = objects.note(plan.id(), scope, manifest.objectId(), image.id());
            bytes += isNew ? manifest.size() : 0;
        }
        if (isNew) { // otherwise, what it names was counted too
            List<ImageObjects.Sized> some = objects.named(scope, manifestId, at.f(), AT_ONCE);
            for (ImageObjects.Sized named : some) {
                if (named.objectId() != 0 && objects.note(plan.id(), scope, named.objectId(), image.id())) {
                    bytes += named.size();
                }
            }
            if (some.size() == AT_ONCE) {
                return new Counted(bytes, true, at.e(), some.getLast().place() + 1);
            }
        }
        Optional<Member> next = members.nextOf(image, at.e());
        return new Counted(bytes, next.isPresent(), next.map(Member::id).orElse(0L), 0);
    }
}
