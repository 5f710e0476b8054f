package dev.strata.agent.builders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Output as BuildKit 0.34 and buildah 1.28 print it. */
class StepTimesTest {

    @Test
    void buildKitTellsHowLongStepsTook() {
        BuildKitTimes times = new BuildKitTimes();
        """
        #1 [internal] load build definition from Dockerfile
        #1 DONE 0.2s
        #4 [build 1/4] FROM registry/base:12@sha256:00
        #4 DONE 2.0s
        #7 [build 2/4] RUN echo built 1 > /out; true
        #7 ...
        #8 [linux/amd64 build 3/4] WORKDIR /app
        #8 DONE 0.3s
        #7 [build 2/4] RUN echo built 1 > /out; true
        #7 0.044 [1/2] printed by the command
        #7 DONE 12.5s
        #9 [4/4] RUN ["/bin/true"]
        #9 CACHED
        #18 exporting to image
        #18 DONE 1.0s
        """.lines().forEach(times::read);

        assertThat(times.times()).isEqualTo(Map.of(0, Duration.ofMillis(12_500), 1, Duration.ofMillis(300)));
    }

    @Test
    void buildahsStepsEndWhereTheNextBegins() {
        Queue<Long> seconds = new ArrayDeque<>();
        for (long i = 0; i < 100; i++) {
            seconds.add(i * 1_000_000_000);
        }
        BuildahTimes times = new BuildahTimes(List.of(1, 3), seconds::remove);
        """
        [1/2] STEP 1/1: FROM registry/stage AS build
        [2/2] STEP 1/5: FROM registry/base
        Trying to pull registry/base...
        [2/2] STEP 2/5: ARG V=1
        --> ece15d8e522
        [2/2] STEP 3/5: RUN one
        --> 258039db8a0
        [2/2] STEP 4/5: LABEL a=b
        [2/2] STEP 5/5: COPY a /
        [2/2] COMMIT name
        COMMIT name
        """.lines().forEach(times::read);

        assertThat(times.times()).containsOnlyKeys(0, 1);
        assertThat(times.times().get(0)).isPositive();
    }

    @Test
    void aFileOfOneStageIsReadToo() {
        BuildahTimes times = new BuildahTimes(List.of(0), System::nanoTime);

        List.of("STEP 1/2: FROM x", "STEP 2/2: RUN a", "COMMIT y").forEach(times::read);

        assertThat(times.times()).containsOnlyKeys(0);
    }
}
