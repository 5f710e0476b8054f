package dev.strata.upkeep.moving;

import dev.strata.access.rights.Glob;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Uploads;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.pushes.Pushes;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.moving.DistributionDirectory.Link;
import dev.strata.upkeep.moving.DistributionDirectory.Visitor;
import dev.strata.upkeep.moving.ImportReport.Came;
import dev.strata.upkeep.moving.ImportReport.Left;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes what a directory of the distribution project's registry has. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Takes all images of a directory that docker's registry, or another of the distribution project, keeps. "
                + "The directory is only read, and may be in use. A second run takes the difference.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all of it is here", "1:some of it could not be taken, as listed; or the import was broken off"})
final class ImportCommand implements Callable<Integer> {

    private static final Duration PROGRESS = Duration.ofSeconds(10);
    /** Where blobs are small, most of the time passes while the disk acknowledges them, and more of them share that. */
    private static final int AT_ONCE = Math.max(8, Runtime.getRuntime().availableProcessors());

    @Parameters(paramLabel = "DIRECTORY", description = "What that registry has as its rootdirectory.")
    private @Nullable Path directory;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PATTERN",
            description = "Take these repositories only, as grants name them: team/app, team/*, team/**. May be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--keep-tags", description = "Leave tags where they are that this registry has already.")
    private boolean keepTags;

    private final Manifests manifests;
    private final Pushes pushes;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Lines lines;

    ImportCommand(Manifests manifests, Pushes pushes, Blobs blobs, Uploads uploads, Lines lines) {
        this.manifests = manifests;
        this.pushes = pushes;
        this.blobs = blobs;
        this.uploads = uploads;
        this.lines = lines;
    }

    @Override
    public Integer call() throws IOException {
        if (directory == null) {
            throw new IllegalStateException("picocli requires it");
        }
        List<Glob> patterns = only.stream().map(Glob::of).toList();
        DistributionDirectory source = DistributionDirectory.open(directory);
        ImportReport report = new ImportReport(lines);
        ImportedBlobs imported = new ImportedBlobs(source, blobs, uploads, report);
        try (Crew crew = new Crew(AT_ONCE, PROGRESS, () -> lines.say(report.progress()))) {
            source.repositories(name -> {
                if (patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(name))) {
                    take(source, name, imported, report, crew);
                }
            });
        }
        report.sayAll();
        return report.isWhole() ? 0 : 1;
    }

    private void take(
            DistributionDirectory source, String name, ImportedBlobs imported, ImportReport report, Crew crew)
            throws IOException {
        RepositoryName repository;
        try {
            repository = RepositoryName.of(name);
        } catch (RegistryException e) {
            report.left(Left.REFUSED, name + ": " + e.getMessage());
            return;
        }
        report.count(Came.REPOSITORIES);
        DirectoryImport taking =
                new DirectoryImport(source, repository, manifests, pushes, blobs, imported, report, keepTags);
        // The tags first: what they point at comes with them, and what is left then has none.
        source.tags(name, link -> crew.give(() -> safely(link, taking::takeTag, report, name)));
        crew.await();
        source.revisions(name, link -> crew.give(() -> safely(link, taking::takeRevision, report, name)));
        crew.await();
    }

    private static void safely(Link link, Visitor<Link> step, ImportReport report, String repository) {
        try {
            step.visit(link);
        } catch (IOException e) {
            report.left(Left.UNREADABLE, repository + ", " + link.name() + ": " + e);
        }
    }
}
