package dev.strata.agent;

import dev.strata.agent.Resolution.Layer;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The images that a build starts from, copies from and makes, in whatever registries they are. */
final class Images {

    /** What OCI calls the empty descriptor's content. */
    private static final byte[] EMPTY = {'{', '}'};

    private final ImageName target;
    private final Connections connections;
    private final Map<String, RemoteImage> looked = new ConcurrentHashMap<>();

    /** @param target what is built */
    Images(ImageName target, Connections connections) {
        this.target = target;
        this.connections = connections;
    }

    /** The repository that the build pushes to. */
    RegistryClient repository() {
        return repository(target);
    }

    ImageName target() {
        return target;
    }

    boolean plainHttp() {
        return connections.isPlain(target);
    }

    /** Shows the target's registry who this is, so that the cache answers with all that they may have. */
    void signIn() {
        connections.to(target).signIn(target.repository(), "pull,push,delete,cache");
    }

    /**
     * Looks an image up.
     *
     * @throws AgentException INVALID where it is not there
     */
    RemoteImage find(ImageName name, Platform platform) {
        return looked.computeIfAbsent(name + " " + platform, key -> repository(name)
                .image(name.reference(), platform)
                .orElseThrow(() -> new AgentException(AgentException.Outcome.INVALID, "there is no image " + name)));
    }

    /** What {@link #find} found under a name; empty where nobody looked, or it was not there. */
    Optional<RemoteImage> found(String name, Platform platform) {
        try {
            return Optional.ofNullable(looked.get(ImageName.of(name) + " " + platform));
        } catch (RegistryException noName) {
            return Optional.empty();
        }
    }

    /** An image as layers, with those that the target's repository lacks brought there. */
    StackedImage bring(RemoteImage image) {
        List<Digest> diffIds = image.diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new AgentException(
                    AgentException.Outcome.INVALID, image.name() + " has another number of layers than its configuration says");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(new Layer(image.layers().get(i), diffIds.get(i)));
        }
        RegistryClient here = repository();
        RegistryClient there = repository(image.name());
        if (image.name().registry().equals(target.registry()) && !image.name().repository().equals(target.repository())) {
            here.http().alsoRead(target.repository(), image.name().repository());
        }
        for (Layer layer : layers) {
            if (!here.hasOrMounts(layer.blob().digest())) {
                here.copy(layer.blob(), there);
            }
        }
        return new StackedImage(layers, image.history(), image.bare());
    }

    /** Stores an image in the target's repository; its layers have to be there. */
    ImageName put(StackedImage image, Dialect dialect, Optional<Reference> reference) {
        RegistryClient here = repository();
        byte[] config = image.config();
        Digest configDigest = here.putBlob(config);
        byte[] manifest = image.manifest(dialect.manifestType(), configDigest, config.length);
        return target.with(here.putManifest(reference, dialect.manifestType(), manifest));
    }

    /** Sees to it that the target's repository is there. */
    void makeRepository() {
        repository().putBlob(EMPTY);
    }

    private RegistryClient repository(ImageName name) {
        return new RegistryClient(connections.to(name), name);
    }
}
