package dev.strata.web.connector.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestThreadsTest {

    private static final int MOST = 8;

    private final RequestThreads threads = new RequestThreads("test", Thread.NORM_PRIORITY, 1, MOST);
    private final CountDownLatch end = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();

    @AfterEach
    void shutDown() {
        end.countDown();
        threads.shutDown(Duration.ofSeconds(10));
    }

    private void begin(String name) {
        threads.executor().execute(() -> {
            begun.add(name);
            awaitEnd();
        });
    }

    private void beginUpload(String name) {
        threads.executor().execute(() -> {
            threads.beginUpload();
            begun.add(name);
            awaitEnd();
            threads.endUpload();
        });
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String next() throws InterruptedException {
        String name = begun.poll(10, TimeUnit.SECONDS);
        assertThat(name).as("the next request that has begun").isNotNull();
        return name;
    }

    @Test
    void uploadsThatStallLeaveTheOthersTheirThreads() throws Exception {
        for (int number = 0; number < MOST / 2; number++) {
            beginUpload("upload");
            assertThat(next()).isEqualTo("upload");
        }
        for (int number = 0; number < MOST / 2; number++) {
            begin("pull");
            assertThat(next()).isEqualTo("pull");
        }
        assertThat(threads.executor().getPoolSize()).isEqualTo(MOST);
    }

    @Test
    void requestsThatAreNoUploadsShareHalfOfTheThreads() throws Exception {
        for (int number = 0; number < MOST; number++) {
            begin("slow");
        }
        for (int number = 0; number < MOST / 2; number++) {
            assertThat(next()).isEqualTo("slow");
        }
        assertThat(threads.executor().getPoolSize()).isEqualTo(MOST / 2);
        assertThat(threads.executor().getQueue()).hasSize(MOST / 2);
    }

    /** Nobody may come later to whom a new thread would be given. */
    @Test
    void whatWaitsAlreadyGetsTheThreadThatAnUploadLeavesToIt() throws Exception {
        CountDownLatch uploadMayBegin = new CountDownLatch(1);
        threads.executor().execute(() -> {
            begun.add("head");
            try {
                uploadMayBegin.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            threads.beginUpload();
            awaitEnd();
            threads.endUpload();
        });
        assertThat(next()).isEqualTo("head");
        for (int number = 1; number < MOST / 2; number++) {
            begin("slow");
            assertThat(next()).isEqualTo("slow");
        }
        begin("waits");
        uploadMayBegin.countDown();
        assertThat(next()).isEqualTo("waits");
    }

    @Test
    void ofVeryManyTheNewestDoesNotWaitForAllTheOthers() throws Exception {
        RequestQueue queue = new RequestQueue();
        List<Integer> order = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            int request = number;
            assertThat(queue.offer(() -> order.add(request))).isTrue();
        }
        for (int number = 0; number < 200; number++) {
            queue.take().run();
        }
        assertThat(order).hasSize(200).doesNotHaveDuplicates();
        assertThat(order.subList(0, 4)).contains(0, 1, 198, 199);
        assertThat(order.subList(140, 200)).isSorted();
    }

    private record Numbered(int number, boolean isOfKnownClient, List<Integer> served) implements RequestQueue.Request {

        @Override
        public void run() {
            served.add(number);
        }
    }

    @Test
    void whoIsAtWorkDoesNotWaitForAThousandNewcomers() throws Exception {
        RequestQueue queue = new RequestQueue();
        List<Integer> served = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            queue.offer(new Numbered(number, false, served));
        }
        for (int number = 1_000; number < 1_030; number++) {
            queue.offer(new Numbered(number, true, served));
        }
        for (int number = 0; number < 1_030; number++) {
            queue.take().run();
        }
        assertThat(served).hasSize(1_030).doesNotHaveDuplicates();
        assertThat(served.subList(0, 40)).containsAll(IntStream.range(1_000, 1_030).boxed().toList());
        assertThat(served.subList(0, 40).stream().filter(number -> number < 1_000)).as("newcomers meanwhile").hasSize(10);
    }
}
