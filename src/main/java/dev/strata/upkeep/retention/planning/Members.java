package dev.strata.upkeep.retention.planning;

import dev.strata.oci.RepositoryName;
import dev.strata.upkeep.retention.planning.PlannedManifests.Belonging;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.Times;
import dev.strata.upkeep.retention.uses.InUse;
import dev.strata.upkeep.retention.uses.ManifestUse;
import dev.strata.upkeep.retention.uses.ManifestUses;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Finds what belongs to each image: what it lists and what is about it, and so on for those. What has a tag of its own is an
 * image itself, at which this ends. An image was used when anything of it was.
 */
@Component
class Members {

    private static final int AT_ONCE = 50;

    /** What is looked at beside a manifest, one after the other: these, and what is under tags made of its digest. */
    private static final int LISTED = 0;

    private static final int REFERRERS = 1;
    private static final int ATTACHED = 2;

    private final PlannedManifests manifests;
    private final ImageTable images;
    private final MemberTable members;
    private final ManifestUses uses;
    private final InUse inUse;

    Members(PlannedManifests manifests, ImageTable images, MemberTable members, ManifestUses uses, InUse inUse) {
        this.manifests = manifests;
        this.images = images;
        this.members = members;
        this.uses = uses;
        this.inUse = inUse;
    }

    /** {@code a} is the image, {@code b} its part that is looked at, 0 for itself; {@code d} in which way, {@code c} how far. */
    At next(Plan plan, At at) {
        Optional<PlannedImage> found = at.a() == 0
                ? images.next(plan.id(), at.repositoryId(), 0)
                : images.find(at.a());
        if (found.isEmpty()) {
            return at.to(At.Stage.DECIDE);
        }
        PlannedImage image = found.get();
        long manifestId = image.manifestId();
        if (at.b() == 0 && at.d() == LISTED && at.c() == 0) {
            use(at, image, List.of(manifestId));
        } else if (at.b() > 0) {
            manifestId = members.manifest(at.b());
        }
        return switch (at.d()) {
            case LISTED -> {
                List<Belonging> some = manifests.listed(at.repositoryId(), manifestId, at.c(), AT_ONCE);
                add(plan, at, image, some.stream().map(Belonging::manifestId).toList(), Member.Kind.CHILD);
                yield some.size() < AT_ONCE
                        ? at.with(image.id(), at.b(), 0, REFERRERS)
                        : at.with(image.id(), at.b(), some.getLast().place() + 1, LISTED);
            }
            case REFERRERS -> {
                List<Belonging> some =
                        manifests.referrers(at.repositoryId(), manifests.digest(manifestId), at.c(), AT_ONCE);
                add(plan, at, image, some.stream().map(Belonging::manifestId).toList(), Member.Kind.FOLLOWER);
                yield some.size() < AT_ONCE
                        ? at.with(image.id(), at.b(), 0, ATTACHED)
                        : at.with(image.id(), at.b(), some.getLast().place(), REFERRERS);
            }
            default -> {
                add(
                        plan,
                        at,
                        image,
                        manifests.attached(at.repositoryId(), manifests.digest(manifestId)),
                        Member.Kind.FOLLOWER);
                Optional<Member> next = members.nextOf(image, at.b());
                if (next.isPresent()) {
                    yield at.with(image.id(), next.get().id(), 0, LISTED);
                }
                yield images.next(plan.id(), at.repositoryId(), image.id())
                        .map(following -> at.with(following.id(), 0, 0, LISTED))
                        .orElse(at.to(At.Stage.DECIDE));
            }
        };
    }

    private void add(Plan plan, At at, PlannedImage image, List<Long> manifestIds, Member.Kind kind) {
        List<Long> added = manifestIds.stream()
                .filter(id -> id != 0 && id != image.manifestId())
                .filter(id -> members.add(
                        plan.id(),
                        image,
                        id,
                        images.isImage(plan.id(), at.repositoryId(), id) ? Member.Kind.TAGGED : kind))
                .toList();
        use(at, images.find(image.id()).orElseThrow(), added);
    }

    /** Notes of an image when these parts of it were used. */
    private void use(At at, PlannedImage image, List<Long> manifestIds) {
        if (manifestIds.isEmpty()) {
            return;
        }
        PlannedImage used = image;
        for (long id : manifestIds) {
            Optional<ManifestUse> use = uses.find(at.repositoryId(), id);
            if (use.isPresent()) {
                used = with(used, use.get(), id == image.manifestId());
            }
        }
        RepositoryName name = RepositoryName.of(at.repository());
        if (!used.inUse() && manifestIds.stream().map(manifests::digest).anyMatch(digest -> inUse.is(name, digest))) {
            used = new PlannedImage(
                    used.id(), used.repositoryId(), used.manifestId(), used.temporary(), true, used.pushedOrder(),
                    used.usedOrder(), used.pulledAt(), used.untaggedAt());
        }
        if (!used.equals(image)) {
            images.setUse(used);
        }
    }

    private static PlannedImage with(PlannedImage image, ManifestUse use, boolean isItself) {
        Optional<Instant> pushed = isItself ? use.pushedAt() : Optional.empty();
        Optional<Instant> pulled = latest(image.pulledAt(), use.pulledAt());
        long pushedOrder = Math.min(image.pushedOrder(), order(pushed));
        return new PlannedImage(
                image.id(),
                image.repositoryId(),
                image.manifestId(),
                image.temporary(),
                image.inUse(),
                pushedOrder,
                Math.min(Math.min(image.usedOrder(), order(use.pushedAt())), order(use.pulledAt())),
                pulled,
                isItself ? use.untaggedAt() : image.untaggedAt());
    }

    private static long order(Optional<Instant> time) {
        return time.map(known -> -Times.micros(known)).orElse(Long.MAX_VALUE);
    }

    private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other)
                .flatMap(Optional::stream)
                .reduce(BinaryOperator.maxBy(Instant::compareTo));
    }
}
