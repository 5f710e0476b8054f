package dev.strata.upkeep.retention.planning;

import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.Verdict;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Counts the bytes that go with a plan: of blobs and manifests that nothing else holds, in whatever repository. They are
 * counted for the last image that has them, so that the bytes of all images are those of the plan.
 */
@Component
class FreedBytes {

    private static final int AT_ONCE = 100;

    private final ImageTable images;
    private final MemberTable members;
    private final ImageObjects objects;
    private final PlanRows plans;

    FreedBytes(ImageTable images, MemberTable members, ImageObjects objects, PlanRows plans) {
        this.images = images;
        this.members = members;
        this.objects = objects;
        this.plans = plans;
    }

    /**
     * Notes which manifests go, and what they name. {@code a} is the image, 0 at the beginning, {@code b} its part, 0 for
     * itself, {@code c} how far in what that names.
     */
    At going(Plan plan, At at) {
        Optional<PlannedImage> found = at.a() == 0 ? after(plan, 0) : images.find(at.a());
        if (found.isEmpty()) {
            return at.to(At.Stage.BYTES);
        }
        PlannedImage image = found.get();
        long manifestId = at.b() == 0 ? image.manifestId() : members.manifest(at.b());
        if (at.c() == 0) {
            members.note(plan.id(), image.repositoryId(), manifestId, true);
        }
        if (members.goes(plan.id(), image.repositoryId(), manifestId).orElse(false)) {
            objects.note(plan.id(), ImageObjects.GOING, objects.manifest(manifestId).objectId(), image.id());
            List<ImageObjects.Sized> some = objects.named(image.repositoryId(), manifestId, at.c(), AT_ONCE);
            some.stream()
                    .filter(named -> named.objectId() != 0)
                    .forEach(named -> objects.note(plan.id(), ImageObjects.GOING, named.objectId(), image.id()));
            if (some.size() == AT_ONCE) {
                return at.with(image.id(), at.b(), some.getLast().place() + 1, 0);
            }
        }
        Optional<Member> member = members.nextOf(image, at.b());
        if (member.isPresent()) {
            return at.with(image.id(), member.get().id(), 0, 0);
        }
        return after(plan, image.id())
                .map(next -> at.with(next.id(), 0, 0, 0))
                .orElse(at.to(At.Stage.BYTES));
    }

    private Optional<PlannedImage> after(Plan plan, long imageId) {
        return images.decided(plan.id(), Verdict.Kind.REMOVE, imageId, 1).stream().findFirst();
    }

    /** Looks who else has what would go. {@code a} is behind what it goes on, {@code b} behind which of those that name it. */
    At bytes(Plan plan, At at) {
        Optional<ImageObjects.Noted> next = objects.next(plan.id(), at.a());
        if (next.isEmpty()) {
            return at.to(At.Stage.READY);
        }
        ImageObjects.Noted noted = next.get();
        long id = noted.objectId() / 2;
        boolean stays;
        if (ImageObjects.isManifest(noted.objectId())) {
            stays = objects.staysSomewhere(plan.id(), id);
        } else {
            ImageObjects.Holders holders = objects.holders(plan.id(), id, at.b());
            if (!holders.keep() && holders.next().isPresent()) {
                return at.with(at.a(), holders.next().get(), 0, 0);
            }
            stays = holders.keep() || objects.isInEntry(id);
        }
        if (!stays) {
            long size = objects.size(noted.objectId()).orElse(0L);
            images.addBytes(noted.imageId(), size);
            plans.addBytes(plan.id(), size, ImageObjects.isManifest(noted.objectId()) ? 0 : size);
        }
        return at.with(noted.objectId(), 0, 0, 0);
    }
}
