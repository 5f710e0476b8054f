package dev.strata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** The documents lead to each other and leave no setting out. */
class DocumentationTest {

    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");
    private static final int LONGEST_README = 700;
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SETTING = Pattern.compile("^\\| `(strata\\.[a-z0-9.-]+)`", Pattern.MULTILINE);

    static Stream<Path> documents() throws IOException {
        return Stream.concat(Stream.of(README), docs().stream());
    }

    private static List<Path> docs() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    @Test
    void theReadmeIsALandingPage() throws IOException {
        assertThat(Files.readString(README).strip().split("\\s+")).hasSizeLessThanOrEqualTo(LONGEST_README);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkIntoTheTreeLeadsSomewhere(Path document) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : links(document)) {
            if (link.contains("://")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
            if (!Files.exists(target) || parts.length > 1 && !anchors(target).contains(parts[1])) {
                dead.add(link);
            }
        }
        assertThat(dead).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyDocumentLeadsToAllTheOthers(Path document) throws IOException {
        Set<Path> targets = links(document).stream()
                .filter(link -> !link.contains("://"))
                .map(link -> document.resolveSibling(link.replaceFirst("#.*", "")).normalize())
                .collect(Collectors.toSet());
        targets.add(document);
        assertThat(targets).containsAll(documents().toList());
    }

    @Test
    void everySettingIsDescribedAndNoOther() throws IOException {
        Set<String> described = SETTING.matcher(Files.readString(DOCS.resolve("settings.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).containsExactlyElementsOf(settings());
    }

    private static Set<String> settings() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Set<String> settings = new TreeSet<>();
        scanner.findCandidateComponents("dev.strata").forEach(found -> {
            Class<?> type = ClassUtils.resolveClassName(
                    found.getBeanClassName(), DocumentationTest.class.getClassLoader());
            String prefix = AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class)
                    .prefix();
            for (var component : type.getRecordComponents()) {
                settings.add(prefix + "." + DataObjectPropertyName.toDashedForm(component.getName()));
            }
        });
        return settings;
    }

    private static List<String> links(Path document) throws IOException {
        return LINK.matcher(prose(document)).results().map(match -> match.group(1)).toList();
    }

    /** As the usual Markdown sites name headings. */
    private static Set<String> anchors(Path document) throws IOException {
        return HEADING.matcher(prose(document))
                .results()
                .map(DocumentationTest::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
    }

    private static String prose(Path document) throws IOException {
        return CODE.matcher(Files.readString(document)).replaceAll("");
    }
}
