package dev.strata.registry.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.blobs.AutoMounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Gives who may push what other repositories have, instead of having it sent. Who may only pull learns nothing of those: for
 * them nothing is looked up.
 */
@Component
public class AutoMounting {

    /** A request that asks for more is told to send the rest, or asks again. */
    private static final int MOST_AT_ONCE = 200;

    private final AutoMounts mounts;
    private final RegistryProperties properties;
    private final Guard guard;
    private final Audit audit;
    private final Counter mounted;

    AutoMounting(AutoMounts mounts, RegistryProperties properties, Guard guard, Audit audit, MeterRegistry meters) {
        this.mounts = mounts;
        this.properties = properties;
        this.guard = guard;
        this.audit = audit;
        this.mounted = Counter.builder("strata.blob.auto.mounted")
                .description("Blobs that clients asked for and were given from another repository")
                .register(meters);
    }

    /** Links a blob that a repository does not have and a request asks for; says whether it has it now. */
    boolean answer(HttpServletRequest request, RepositoryName name, Digest digest) throws IOException {
        return mayPush(request, name) && mounts.link(name, digest, sources(request)) && note(request, name, digest);
    }

    /** The same where it is the beginning of a push. */
    boolean answerPush(HttpServletRequest request, RepositoryName name, Digest digest) throws IOException {
        return mayPush(request, name) && mounts.linkPushed(name, digest, sources(request)) && note(request, name, digest);
    }

    /** Those of the blobs that a request asks for and the repository has now, of the first of them. */
    public List<Digest> answer(HttpServletRequest request, RepositoryName name, List<Digest> digests) throws IOException {
        List<Digest> linked = new ArrayList<>();
        if (!digests.isEmpty() && mayPush(request, name)) {
            ReadableRepositories sources = sources(request);
            for (Digest digest : digests.subList(0, Math.min(MOST_AT_ONCE, digests.size()))) {
                if (mounts.link(name, digest, sources) && note(request, name, digest)) {
                    linked.add(digest);
                }
            }
        }
        return linked;
    }

    /** As uploads need it. */
    private boolean mayPush(HttpServletRequest request, RepositoryName name) {
        if (properties.autoMount() == RegistryProperties.AutoMount.OFF) {
            return false;
        }
        RepositoryRights held = guard.rights(request, name);
        return held.allow(Action.PUSH) || held.allowWritingSome();
    }

    private ReadableRepositories sources(HttpServletRequest request) {
        return switch (properties.autoMount()) {
            case OFF -> ReadableRepositories.NONE;
            case AUTO -> guard.readable(request);
            case READABLE -> guard.granted(request);
        };
    }

    private boolean note(HttpServletRequest request, RepositoryName name, Digest digest) {
        mounted.increment();
        audit.note(AuditEvent.What.MOUNTED, request, name.value(), Map.of("digest", digest.toString(), "from", ""));
        return true;
    }
}
