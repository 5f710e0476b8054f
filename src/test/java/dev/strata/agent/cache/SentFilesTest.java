package dev.strata.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.connection.Http;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import dev.strata.step.StepFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class SentFilesTest {

    /** A kilobyte for each. */
    private static final String TARGET = "x".repeat(1000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // how many kilobytes the request has without them, those of each list, which of the lists are sent
                "0    | 1           | 0",
                "0    | 1 2 3       | 0 1 2",
                "0    | 900 200 10  | 1 2",
                "0    | 10 800 100  | 0 1 2",
                "0    | 400 400 400 | 0 1",
                "900  | 200 50      | 1",
                "900  | 200         | -",
                "1040 | 1 20        | 0",
                "2000 | 1           | -"
            })
    void thoseForWhichThereIsNoRoomStayBehind(int bytes, String lists, String sent) {
        ObjectNode request = Http.JSON.createObjectNode().put("rest", "x".repeat(bytes * 1000));
        List<ObjectNode> steps = new ArrayList<>();
        SentFiles files = new SentFiles();
        for (int kilobytes : Arrays.stream(lists.split(" ")).mapToInt(Integer::parseInt).toArray()) {
            ObjectNode step = request.withArray("steps").addObject();
            steps.add(step);
            files.add(step, StepFiles.ofCopy(list(kilobytes, TARGET)));
        }
        int before = Http.JSON.writeValueAsBytes(request).length;

        files.attachTo(request);

        assertThat(IntStream.range(0, steps.size())
                        .filter(i -> steps.get(i).has("files"))
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(sent == null ? "" : sent);
        assertThat(Http.JSON.writeValueAsBytes(request).length).isLessThanOrEqualTo(Math.max(before, SentFiles.LARGEST_BODY));
    }

    @ParameterizedTest
    @CsvSource({"10000, true", "10001, false"})
    void aListOfMoreFilesThanTheServerTakesStaysBehind(int count, boolean sent) {
        ObjectNode request = Http.JSON.createObjectNode();
        SentFiles files = new SentFiles();
        files.add(request, StepFiles.ofCopy(list(count, "x")));

        files.attachTo(request);

        assertThat(request.has("files")).isEqualTo(sent);
    }

    private static ContentList list(int count, String target) {
        return ContentList.of(IntStream.range(0, count)
                .<Entry>mapToObj(i -> new Entry.Link(String.valueOf(i), target))
                .toList());
    }
}
