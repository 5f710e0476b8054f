package dev.strata.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The list of repositories, which other tests add to meanwhile. */
@RegistryTest
class CatalogTest {

    /** In the order of their characters' codes, which no language sorts by. */
    private static final List<String> NAMES = List.of(
            "catalog", "catalog-1", "catalog.1", "catalog/1", "catalog/1-a", "catalog/1/a", "catalog/10", "catalog/9",
            "catalog/a", "catalog/a_b", "catalog/ab", "catalog0", "catalog_1", "cataloga");

    @Autowired
    RegistryClient registry;

    @BeforeEach
    void repositories() {
        for (String name : NAMES.reversed()) {
            registry.pushBlob(name, new byte[0]);
        }
    }

    @Test
    void repositoriesAreListedByTheCodesOfTheirCharacters() {
        Answer answer = registry.get("/v2/_catalog");
        assertThat(answer).isJson(200).hasBody(answer.body());
        assertThat(answer.json().propertyNames()).containsExactly("repositories");
        assertThat(names(answer)).isSorted().containsSubsequence(NAMES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 13, 14, 15, 1_000, 999_999_999})
    void pagesLeadThroughAllRepositories(int n) {
        List<String> found = new ArrayList<>();
        for (String path = "/v2/_catalog?n=" + n; !path.isEmpty(); ) {
            Answer answer = registry.get(path);
            assertThat(answer).isJson(200);
            assertThat(names(answer)).hasSizeBetween(1, n);
            found.addAll(names(answer));
            path = answer.find("Link").map(Pages::next).orElse("");
        }
        assertThat(found).isSorted().doesNotHaveDuplicates().containsSubsequence(NAMES);
    }

    @Test
    void theListGoesOnAfterLast() {
        assertThat(names(registry.get("/v2/_catalog?last=catalog/1&n=2"))).containsExactly("catalog/1-a", "catalog/1/a");
        assertThat(names(registry.get("/v2/_catalog?last=catalog%2F1&n=1"))).containsExactly("catalog/1-a");
        assertThat(names(registry.get("/v2/_catalog?last=catalog/8&n=1"))).containsExactly("catalog/9");
    }

    @Test
    void anEmptyLastIsTheBeginning() {
        assertThat(names(registry.get("/v2/_catalog?n=1&last=")))
                .isEqualTo(names(registry.get("/v2/_catalog?n=1")))
                .hasSize(1);
    }

    @Test
    void theEndHasNoLink() {
        Answer answer = registry.get("/v2/_catalog?last=zzzz");
        assertThat(answer).isJson(200).hasNoHeader("Link");
        assertThat(answer.text()).isEqualTo("{\"repositories\":[]}");
    }

    @Test
    void noneAreAskedForAndNoneAreGiven() {
        Answer answer = registry.get("/v2/_catalog?n=0");
        assertThat(answer).isJson(200).hasNoHeader("Link");
        assertThat(names(answer)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "a", "1.5"})
    void whatIsNoNumberIsRefusedAndNamed(String n) {
        assertThat(registry.get("/v2/_catalog?n=" + n)).isError(400, ErrorCode.UNSUPPORTED, "n", n);
    }

    @Test
    void aRefusedPushMakesNoRepository() {
        registry.post("/v2/catalog/refused/blobs/uploads/?digest=sha256:" + "0".repeat(64));
        registry.startUpload("catalog/refused");
        assertThat(names(registry.get("/v2/_catalog?n=1000&last=catalog/r"))).doesNotContain("catalog/refused");
    }

    private static List<String> names(Answer answer) {
        return answer.json().path("repositories").values().stream().map(JsonNode::stringValue).toList();
    }
}
