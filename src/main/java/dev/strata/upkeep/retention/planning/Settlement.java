package dev.strata.upkeep.retention.planning;

import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.Verdict;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Makes sure that nothing of what stays goes: what a kept image lists stays, also where it has tags of its own, and so does
 * what is about it.
 */
@Component
class Settlement {

    private static final int AT_ONCE = 50;
    private static final int COUNTED_AT_ONCE = 500;
    private static final int IN_PERCENT = 100;

    private final ImageTable images;
    private final MemberTable members;
    private final PlanRows plans;

    Settlement(ImageTable images, MemberTable members, PlanRows plans) {
        this.images = images;
        this.members = members;
        this.plans = plans;
    }

    /**
     * {@code a} is behind what it goes on, {@code c} how many images stay by it since the beginning. It begins again until
     * nothing more does.
     */
    At settle(Plan plan, At at) {
        List<Member> some = members.some(plan.id(), at.repositoryId(), Member.Kind.TAGGED, at.a(), AT_ONCE);
        long kept = at.c() + some.stream().filter(member -> settle(plan, at, member)).count();
        if (some.size() == AT_ONCE) {
            return at.with(some.getLast().id(), 0, kept, 0);
        }
        return kept > 0 ? at.with(0, 0, 0, 0) : at.to(At.Stage.CAP);
    }

    /** Says whether an image stays now that would have gone. */
    private boolean settle(Plan plan, At at, Member member) {
        return members.decision(member.imageId()) != Verdict.Kind.REMOVE
                && images.keep(plan.id(), at.repositoryId(), member.manifestId(), "a part of an image that stays");
    }

    /**
     * Stops what would be too much. {@code d} is 0 while the images are counted, behind {@code a}, by {@code b} those that go
     * and by {@code c} the others; 1 while they are stopped.
     */
    At cap(Plan plan, At at) {
        if (at.d() == 1) {
            List<Long> some = images.decidedIn(plan.id(), at.repositoryId(), Verdict.Kind.REMOVE, 0, AT_ONCE);
            images.stop(some);
            return some.size() == AT_ONCE ? at : end(plan, at, true);
        }
        List<ImageTable.Decided> some = images.decided(plan.id(), at.repositoryId(), at.a(), COUNTED_AT_ONCE);
        long going = some.stream().filter(image -> image.kind() == Verdict.Kind.REMOVE).count();
        At counted = at.with(
                some.isEmpty() ? at.a() : some.getLast().manifestId(),
                at.b() + going,
                at.c() + some.size() - going,
                0);
        if (some.size() == COUNTED_AT_ONCE) {
            return counted;
        }
        boolean tooMuch = counted.b() * IN_PERCENT > (counted.b() + counted.c()) * plan.wish().cap();
        return tooMuch ? counted.with(0, counted.b(), counted.c(), 1) : end(plan, counted, false);
    }

    private At end(Plan plan, At at, boolean stopped) {
        long going = at.b();
        images.endRepository(plan.id(), at.repositoryId(), going + at.c(), going, stopped);
        plans.addImages(plan.id(), going + at.c(), stopped ? 0 : going, stopped ? going : 0);
        return at.to(going == 0 || stopped ? At.Stage.FIND : At.Stage.STAYING);
    }

    /** What stays of what goes, as it belongs to something else. {@code d} is the kind, {@code a} behind which it goes on. */
    At staying(Plan plan, At at) {
        Member.Kind kind = at.d() == 0 ? Member.Kind.CHILD : Member.Kind.FOLLOWER;
        List<Member> some = members.some(plan.id(), at.repositoryId(), kind, at.a(), AT_ONCE);
        some.stream()
                .filter(member -> members.decision(member.imageId()) != Verdict.Kind.REMOVE)
                .forEach(member -> members.note(plan.id(), at.repositoryId(), member.manifestId(), false));
        if (some.size() == AT_ONCE) {
            return at.with(some.getLast().id(), 0, 0, at.d());
        }
        return at.d() == 0 ? at.with(0, 0, 0, 1) : at.to(At.Stage.FIND);
    }
}
