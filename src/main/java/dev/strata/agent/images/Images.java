package dev.strata.agent.images;

import dev.strata.agent.AgentException;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The images that a build starts from, copies from and makes, in whatever registries they are. */
public final class Images {

    /** What OCI calls the empty descriptor's content. */
    private static final byte[] EMPTY = {'{', '}'};

    private final ImageName target;
    private final Connections connections;
    private final Map<String, RemoteImage> looked = new ConcurrentHashMap<>();
    private final Map<ImageName, StackedImage> brought = new ConcurrentHashMap<>();

    /** @param target what is built */
    public Images(ImageName target, Connections connections) {
        this.target = target;
        this.connections = connections;
    }

    /** The repository that the build pushes to. */
    public RepositoryClient repository() {
        return repository(target);
    }

    public ImageName target() {
        return target;
    }

    public boolean plainHttp() {
        return connections.isPlain(target);
    }

    /** Shows the target's registry who this is, so that the cache answers with all that they may have. */
    public void signIn() {
        connections.to(target).signIn(target.repository(), "pull,push,delete,cache");
    }

    /**
     * Looks an image up.
     *
     * @throws AgentException INVALID where it is not there
     */
    public RemoteImage find(ImageName name, Platform platform) {
        return looked.computeIfAbsent(name + " " + platform, key -> repository(name)
                .image(name.reference(), platform)
                .orElseThrow(() -> new AgentException(AgentException.Outcome.INVALID, "there is no image " + name)));
    }

    /** What {@link #find} found under a name; empty where nobody looked, or it was not there. */
    public Optional<RemoteImage> found(String name, Platform platform) {
        try {
            return Optional.ofNullable(looked.get(ImageName.of(name) + " " + platform));
        } catch (RegistryException noName) {
            return Optional.empty();
        }
    }

    /** An image as layers, with those that the target's repository lacks brought there. */
    public StackedImage bring(RemoteImage image) {
        return brought.computeIfAbsent(image.name(), name -> bringAnew(image));
    }

    private StackedImage bringAnew(RemoteImage image) {
        List<Digest> diffIds = image.diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new AgentException(
                    AgentException.Outcome.INVALID, image.name() + " has another number of layers than its configuration says");
        }
        List<ImageLayer> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(new ImageLayer(image.layers().get(i), diffIds.get(i)));
        }
        RepositoryClient here = repository();
        RepositoryClient there = repository(image.name());
        if (image.name().registry().equals(target.registry()) && !image.name().repository().equals(target.repository())) {
            here.http().alsoRead(target.repository(), image.name().repository());
        }
        for (ImageLayer layer : layers) {
            if (!here.hasOrMounts(layer.blob().digest())) {
                here.copy(layer.blob(), there);
            }
        }
        return new StackedImage(layers, image.history(), image.bare());
    }

    /** Stores an image in the target's repository; its layers have to be there. */
    public ImageName put(StackedImage image, MediaType manifestType, Optional<Reference> reference) {
        RepositoryClient here = repository();
        byte[] config = image.config();
        Digest configDigest = here.putBlob(config);
        byte[] manifest = image.manifest(manifestType, configDigest, config.length);
        return target.with(here.putManifest(reference, manifestType, manifest));
    }

    /** Sees to it that the target's repository is there. */
    public void makeRepository() {
        repository().putBlob(EMPTY);
    }

    private RepositoryClient repository(ImageName name) {
        return new RepositoryClient(connections.to(name), name);
    }
}
