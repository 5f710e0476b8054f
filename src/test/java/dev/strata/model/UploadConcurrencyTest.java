package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many have the same upload. */
class UploadConcurrencyTest extends ConcurrencyTestCase {

    @Test
    void oneOfManyClosesAnUpload() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < ROUNDS; round++) {
                String repository = "one-upload/closed-" + round;
                byte[] content = bytes(random, 400_000);
                boolean sentBefore = round % 2 == 0;
                String upload = calls().startUpload(repository);
                if (sentBefore) {
                    calls().send("PATCH", upload, RegistryCalls.streamed(content)).expect(202);
                }
                byte[] rest = sentBefore ? new byte[0] : content;

                List<Answer> answers = Crowd.run(CLIENTS, client -> calls()
                        .send("PUT", withDigest(upload, content), BodyPublishers.ofByteArray(rest))
                        .expect(201, 404, 409));

                assertThat(answers.stream().filter(answer -> answer.status() == 201)).as("closed").hasSize(1);
                assertThat(pull(repository, Digests.sha256(content)).expect(200).body()).isEqualTo(content);
                calls().get(upload).expect(404);
            }
        });
    }

    @Test
    void chunksOfManyAreTakenOnceEachAndInOrder() throws Exception {
        Seed.run(random -> {
            String repository = "one-upload/chunks";
            byte[] content = bytes(random, CLIENTS * 20_000);
            String upload = calls().startUpload(repository);
            AtomicInteger taken = new AtomicInteger();

            // Everyone sends every chunk, until the server says that it has it.
            Crowd.run(CLIENTS / 4, client -> {
                int stands = 0;
                while (stands < content.length) {
                    byte[] chunk = Arrays.copyOfRange(content, stands, stands + 20_000);
                    Answer answer = calls().send(
                            "PATCH",
                            upload,
                            BodyPublishers.ofByteArray(chunk),
                            "Content-Range",
                            stands + "-" + (stands + chunk.length - 1));
                    if (answer.expect(202, 409, 416).status() == 202) {
                        taken.incrementAndGet();
                    }
                    stands = stands(calls().get(upload).expect(204));
                }
                return client;
            });

            assertThat(taken).as("chunks that were taken").hasValue(CLIENTS);
            calls().send("PUT", withDigest(upload, content), BodyPublishers.noBody()).expect(201);
            assertThat(pull(repository, Digests.sha256(content)).expect(200).body()).isEqualTo(content);
        });
    }

    @Test
    void uploadIsClosedOrCancelledButNotBoth() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < 3 * ROUNDS; round++) {
                String repository = "one-upload/cancelled-" + round;
                byte[] content = bytes(random, 1_000);
                String upload = calls().startUpload(repository);
                calls().send("PATCH", upload, RegistryCalls.streamed(content)).expect(202);

                List<Answer> answers = Crowd.run(4, client -> client % 2 == 0
                        ? calls().delete(upload).expect(204, 404, 409)
                        : calls().send("PUT", withDigest(upload, content), BodyPublishers.noBody())
                                .expect(201, 404, 409));

                List<Integer> won = answers.stream().map(Answer::status).filter(status -> status < 300).toList();
                assertThat(won).as("of %s", answers).hasSize(1);
                pull(repository, Digests.sha256(content)).expect(won.getFirst() == 201 ? 200 : 404);
                calls().get(upload).expect(404);
            }
        });
    }

    private static int stands(Answer answer) {
        int last = Integer.parseInt(answer.header("Range").substring("0-".length()));
        return last == 0 ? 0 : last + 1;
    }
}
