package dev.strata;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.endpoints.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.bind.annotation.RequestMapping;

/** The walls between the packages. What is not listed here may not be imported. */
class ArchitectureTest {

    private static final JavaClasses STRATA =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.strata");

    /** Each package, and which others of the house it may import. */
    private static final String WALLS = """
            problem   |
            json      | problem
            oci       | problem json
            memory    | problem oci
            storage   | problem oci memory
            web       | problem json oci memory
            database  | problem oci memory storage
            registry  | problem json oci memory storage database access web
            step      | problem json oci dockerfile
            cache     | problem json oci memory step dockerfile storage database access registry web
            dockerfile | problem oci
            savings   | problem json oci memory storage database access registry cache web
            upkeep    | problem json oci memory storage database access registry cache web
            access    | problem json oci memory database web
            page      | access web
            agent     | problem json oci step dockerfile
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = WALLS)
    void aPackageImportsOnlyWhatItMay(String name, String others) {
        String[] allowed = Stream.concat(
                        Stream.of(name), others == null ? Stream.empty() : Arrays.stream(others.split(" ")))
                .map(other -> "dev.strata." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.strata." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.strata..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true) // a room that is not furnished yet
                .check(STRATA);
    }

    @Test
    void everyPackageHasItsWalls() {
        Set<String> walled =
                WALLS.lines().map(line -> line.split("\\|")[0].strip()).collect(Collectors.toSet());
        Set<String> present = STRATA.getPackage("dev.strata").getSubpackages().stream()
                .map(JavaPackage::getRelativeName)
                .collect(Collectors.toSet());
        assertThat(walled).containsAll(present);
        assertThat(present).contains("oci", "storage", "database", "web", "registry");
    }

    @Test
    void thereAreNoCircles() {
        slices().matching("dev.strata.(*)..").should().beFreeOfCycles().check(STRATA);
        slices().matching("dev.strata.(**)").should().beFreeOfCycles().check(STRATA);
    }

    /** The rooms of a package stand in docs/development.md, and each uses only those above it. */
    @ParameterizedTest
    @ValueSource(strings = {"access", "database", "registry", "web", "storage", "dockerfile", "cache", "savings", "upkeep", "agent"})
    void aRoomUsesOnlyThoseAboveIt(String feature) throws IOException {
        List<String> rooms = rooms(feature);

        assertThat(rooms).containsExactlyInAnyOrderElementsOf(packagesIn("dev.strata." + feature));
        for (int i = 0; i < rooms.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage(rooms.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(rooms.subList(i + 1, rooms.size()).toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(STRATA);
        }
    }

    private static List<String> rooms(String feature) throws IOException {
        Pattern row = Pattern.compile("\\| `([a-z.]+)`( itself)? \\|.*");
        return Files.readAllLines(Path.of("docs/development.md")).stream()
                .dropWhile(line -> !line.startsWith("| room of `" + feature + "` |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(row::matcher)
                .filter(Matcher::matches)
                .map(found -> "dev.strata." + feature + (found.group(2) == null ? "." + found.group(1) : ""))
                .toList();
    }

    private static Set<String> packagesIn(String name) {
        return STRATA.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .filter(each -> each.equals(name) || each.startsWith(name + "."))
                .collect(Collectors.toSet());
    }

    /** One that does not is served to nobody on a registry with logins; better that it is never there. */
    @Test
    void everyEndpointSaysWhatItNeeds() {
        methods()
                .that()
                .areMetaAnnotatedWith(RequestMapping.class)
                .should()
                .beAnnotatedWith(Needs.class)
                .orShould()
                .beAnnotatedWith(Open.class)
                .check(STRATA);
    }

    @Test
    void onlyWebKnowsTomcat() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.strata.web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.catalina..", "org.apache.coyote..", "org.apache.tomcat..",
                        "org.springframework.boot.tomcat..")
                .check(STRATA);
    }

    @Test
    void fewKnowTheDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.strata.oci..", "dev.strata.storage", "dev.strata.storage.directory",
                        "dev.strata.storage.files", "dev.strata.web..", "dev.strata.access",
                        "dev.strata.access.rights..", "dev.strata.access.rules..", "dev.strata.access.callers..",
                        "dev.strata.access.endpoints..", "dev.strata.access.browsers..", "dev.strata.access.audit",
                        "dev.strata.registry.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "java.sql..", "javax.sql..", "org.hibernate..",
                        "org.springframework.data..", "org.springframework.jdbc..")
                .check(STRATA);
    }

    /** Entities are for what people administer. What runs on pulls and pushes is SQL. */
    @Test
    void onlyAccessHasEntities() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.strata.access..", "dev.strata.database.entities")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "org.springframework.data..")
                .check(STRATA);
    }

    @Test
    void theUseCasesKnowNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.strata.registry..", "dev.strata.database..", "dev.strata.storage..", "dev.strata.oci")
                .and()
                .resideOutsideOfPackage("dev.strata.registry.http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "org.springframework.web..", "org.springframework.http..")
                .check(STRATA);
    }

    @Test
    void theSpecificationsNounsDoNoInputAndOutput() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.strata.oci..", "dev.strata.problem..", "dev.strata.json..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.springframework..", "jakarta..", "org.hibernate..", "java.nio.file..",
                                "java.nio.channels..", "java.net..", "java.sql..", "javax.sql..")
                        .or(describe("are of java.io", type -> type.getPackageName().equals("java.io")
                                && !type.getSimpleName().equals("Serializable"))))
                .check(STRATA);
    }

    @Test
    void theSpecificationsNounsCannotBeChanged() {
        classes()
                .that()
                .resideInAPackage("dev.strata.oci")
                .and()
                .areRecords()
                .should()
                .haveOnlyFinalFields()
                .check(STRATA);
    }

    @Test
    void everyPackageHasNoNulls() {
        STRATA.stream()
                .map(type -> type.getPackageName())
                .distinct()
                .forEach(name -> assertThat(
                                STRATA.getPackage(name).isAnnotatedWith(NullMarked.class))
                        .as("%s is @NullMarked", name)
                        .isTrue());
    }

    /** The rooms of a feature may share its tables; others ask its use cases. */
    @Test
    void tablesAreForTheirOwnFeature() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Row")
                .or()
                .haveSimpleNameEndingWith("Rows")
                .or()
                .haveSimpleNameEndingWith("Table")
                .should(new ArchCondition<>("be used by their own feature only") {
                    @Override
                    public void check(JavaClass table, ConditionEvents events) {
                        table.getDirectDependenciesToSelf().stream()
                                .filter(use -> !feature(use.getOriginClass()).equals(feature(table)))
                                .forEach(use -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
                    }
                })
                .check(STRATA);
    }

    private static String feature(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }

    @Test
    void collaboratorsAreHidden() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Controller")
                .or()
                .haveSimpleNameEndingWith("Configuration")
                .should()
                .notBePublic()
                .check(STRATA);
    }
}
