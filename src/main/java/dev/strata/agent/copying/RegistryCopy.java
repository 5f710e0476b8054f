package dev.strata.agent.copying;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Copies repositories from one registry to another, with all that their tags name and what refers to that. What the other
 * registry has already is not sent again, so a second copy takes the difference, and one that was broken off goes on.
 */
public final class RegistryCopy {

    private final Registry source;
    private final Registry target;
    private final Options options;
    private final CopyReport report;

    /**
     * A registry, and how it is spoken to.
     *
     * @param name host and port
     */
    public record Registry(String name, Http http) {

        RepositoryClient repository(RepositoryName repository) {
            return new RepositoryClient(http, new ImageName(name, repository, Tag.of("latest")));
        }
    }

    /**
     * @param repositories which of them
     * @param named those that are named in full; where all are, the source is not asked for its catalog
     * @param tags which of their tags
     * @param keepTags whether a tag that the target has stays where it is
     * @param parallel how many images are copied at the same time
     */
    public record Options(
            Predicate<String> repositories, List<String> named, Predicate<String> tags, boolean keepTags, int parallel) {}

    public RegistryCopy(Registry source, Registry target, Options options, CopyReport report) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.report = report;
    }

    /** @throws AgentException REGISTRY where one of the two cannot be spoken to */
    public void run() {
        RegistryLists lists = new RegistryLists(source.http());
        try (Helpers helpers = new Helpers(options.parallel())) {
            if (options.named().isEmpty()) {
                lists.repositories(name -> {
                    if (options.repositories().test(name)) {
                        copy(name, lists, helpers);
                    }
                });
            } else {
                options.named().forEach(name -> copy(name, lists, helpers));
            }
        }
    }

    private void copy(String name, RegistryLists lists, Helpers helpers) {
        RepositoryName repository;
        try {
            repository = RepositoryName.of(name);
        } catch (RegistryException e) {
            report.left(name + ": " + e.getMessage());
            return;
        }
        report.repositories.increment();
        target.http().signIn(repository, "pull,push");
        RepositoryCopy copy = new RepositoryCopy(
                repository, source.repository(repository), target.repository(repository), lists, options, report);
        boolean isThere = lists.tags(name, tag -> {
            if (options.tags().test(tag)) {
                helpers.give(() -> copy.copy(tag));
            }
        });
        helpers.await();
        if (!isThere) {
            report.left(name + ": there is no such repository");
        }
    }
}
