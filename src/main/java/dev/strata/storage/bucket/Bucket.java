package dev.strata.storage.bucket;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * All requests to the store, each tried again until a deadline. Names of objects are without the prefix that the settings
 * give all of them.
 *
 * <p>Every request may throw a {@link RegistryException} AWAY.
 */
final class Bucket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bucket.class);

    private static final String BYTES = "application/octet-stream";
    /** A request with a body gets so much longer: the slowest link on which a store makes sense. */
    private static final long BYTES_A_SECOND = 512 * 1024;

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration FOR_A_PROBE = Duration.ofSeconds(5);

    private final S3Client requests;
    private final S3Client pulls;
    private final PullConnections pullConnections;
    private final BucketProperties properties;
    private final String name;
    private final RequestTimes times;

    Bucket(BucketClients clients, BucketProperties properties, MeterRegistry meters) {
        this.times = new RequestTimes(meters);
        this.requests = clients.client(times);
        this.pulls = clients.client(times);
        this.pullConnections = new PullConnections(properties.connections());
        this.properties = properties;
        this.name = properties.requireBucket();
    }

    private String key(String object) {
        return properties.prefix() + object;
    }

    PullConnections pullConnections() {
        return pullConnections;
    }

    /** Stores an object in one request. */
    void put(String object, PartBuffer content) {
        ask("put", object, content.size(), time -> requests.putObject(
                put -> {
                    put.bucket(name).key(key(object)).contentType(BYTES).overrideConfiguration(time);
                    encryption().ifPresent(put::serverSideEncryption);
                    properties.kmsKey().ifPresent(put::ssekmsKeyId);
                },
                body(content)));
    }

    private Optional<ServerSideEncryption> encryption() {
        return switch (properties.encryption()) {
            case NONE -> Optional.empty();
            case AES256 -> Optional.of(ServerSideEncryption.AES256);
            case AWS_KMS -> Optional.of(ServerSideEncryption.AWS_KMS);
        };
    }

    private static RequestBody body(PartBuffer content) {
        return RequestBody.fromContentProvider(content::open, content.size(), BYTES);
    }

    /** An object's length; empty where there is none. */
    Optional<Long> size(String object) {
        try {
            HeadObjectResponse head = find("head", object, 0, time -> requests.headObject(
                    get -> get.bucket(name).key(key(object)).overrideConfiguration(time)));
            return Optional.of(head.contentLength());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Bytes that the store has begun to send. */
    interface Opened extends AutoCloseable {

        InputStream bytes();

        /** How long the whole object is. */
        long size();

        /** Tells this content of the object from any other. */
        String tag();

        /** Gives up what was not read, together with the connection. */
        @Override
        void close();
    }

    /**
     * Opens a part of an object.
     *
     * @param length at least 1
     * @param tag what the content must be; anything where it is null
     * @throws NoSuchFileException where there is no such object, or it has other content, or is too short
     */
    Opened open(String object, long first, long length, @Nullable String tag) throws NoSuchFileException {
        ResponseInputStream<GetObjectResponse> in = find("get", object, 0, time -> pulls.getObject(
                get -> get.bucket(name)
                        .key(key(object))
                        .range("bytes=" + first + "-" + (first + length - 1))
                        .ifMatch(tag)
                        .overrideConfiguration(time),
                ResponseTransformer.toInputStream()));
        return new OpenedObject(in);
    }

    private record OpenedObject(ResponseInputStream<GetObjectResponse> bytes) implements Opened {

        @Override
        public long size() {
            String range = bytes.response().contentRange();
            return range == null
                    ? bytes.response().contentLength()
                    : Long.parseLong(range.substring(range.indexOf('/') + 1));
        }

        @Override
        public String tag() {
            return bytes.response().eTag();
        }

        @Override
        public void close() {
            bytes.abort();
        }
    }

    /** Deletes an object, which need not be there. */
    void delete(String object) {
        ask("delete", object, 0, time -> requests.deleteObject(
                delete -> delete.bucket(name).key(key(object)).overrideConfiguration(time)));
    }

    /** Begins an object of several parts, and returns what the store calls that. */
    String begin(String object) {
        return ask("begin", object, 0, time -> requests.createMultipartUpload(create -> {
                    create.bucket(name).key(key(object)).contentType(BYTES).overrideConfiguration(time);
                    encryption().ifPresent(create::serverSideEncryption);
                    properties.kmsKey().ifPresent(create::ssekmsKeyId);
                }))
                .uploadId();
    }

    /** A part that the store has. */
    record Part(int number, String tag) {}

    /** @throws NoSuchFileException where the store knows nothing of the parts any more */
    Part putPart(String object, String multipart, int number, PartBuffer content) throws NoSuchFileException {
        String tag = find("part", object, content.size(), time -> requests.uploadPart(
                        part -> part.bucket(name)
                                .key(key(object))
                                .uploadId(multipart)
                                .partNumber(number)
                                .overrideConfiguration(time),
                        body(content)))
                .eTag();
        return new Part(number, tag);
    }

    /**
     * Makes the parts one object. Where the store has done so already, or the answer was lost, that is seen by the object:
     * nobody else makes one of this name. It is looked for in any case. Some stores answer that it is done while an earlier
     * request is still at it, or was when they were killed.
     *
     * @param size of all parts together
     * @throws NoSuchFileException where it cannot be done any more
     */
    void complete(String object, String multipart, List<Part> parts, long size) throws NoSuchFileException {
        long end = System.nanoTime() + properties.deadline().toNanos();
        completeOnce(object, multipart, parts, size);
        while (!isWhole(object, size)) {
            if (System.nanoTime() - end > 0) {
                throw unavailable("complete", object, new IllegalStateException("it says that it did, and did not"));
            }
            pause();
            completeOnce(object, multipart, parts, size);
        }
    }

    private boolean isWhole(String object, long size) {
        return size(object).equals(Optional.of(size));
    }

    private void completeOnce(String object, String multipart, List<Part> parts, long size) throws NoSuchFileException {
        List<CompletedPart> completed = parts.stream()
                .map(part -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.tag())
                        .build())
                .toList();
        try {
            find("complete", object, size, time -> requests.completeMultipartUpload(complete -> complete.bucket(name)
                    .key(key(object))
                    .uploadId(multipart)
                    .multipartUpload(all -> all.parts(completed))
                    .overrideConfiguration(time)));
        } catch (NoSuchFileException | RegistryException e) {
            if (!isWhole(object, size)) {
                throw e;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Waiting for the store was interrupted", e);
        }
    }

    /** Gives up the parts of an object. */
    void abort(String object, String multipart) {
        try {
            find("abort", object, 0, time -> requests.abortMultipartUpload(abort ->
                    abort.bucket(name).key(key(object)).uploadId(multipart).overrideConfiguration(time)));
        } catch (NoSuchFileException e) {
            log.debug("The parts of {} were given up before", object);
        }
    }

    /** An object, or one of several parts that is not whole and has no length. */
    record Listed(String object, long size, Instant since, String multipart) {}

    /**
     * Some of what is there.
     *
     * @param next where to go on; empty where that was all
     */
    record Listing(List<Listed> some, Optional<String> next) {}

    /** Lists at most 1,000 objects whose names begin so. */
    Listing list(String beginning, Optional<String> from) {
        ListObjectsV2Response page = ask("list", beginning, 0, time -> requests.listObjectsV2(list -> list.bucket(name)
                .prefix(key(beginning))
                .continuationToken(from.orElse(null))
                .overrideConfiguration(time)));
        List<Listed> some = page.contents().stream()
                .map(object -> new Listed(unprefixed(object.key()), object.size(), object.lastModified(), ""))
                .toList();
        return new Listing(some, Optional.ofNullable(page.nextContinuationToken()));
    }

    /** Lists, some at a time, all blobs that have parts and are not whole, and were begun before. */
    void eachUnfinished(Instant before, Consumer<List<Listed>> visitor) {
        String[] markers = {null, null};
        boolean more = true;
        while (more) {
            ListMultipartUploadsResponse page = ask("list", "", 0, time -> requests.listMultipartUploads(
                    list -> list.bucket(name)
                            .prefix(key(BucketBlobStore.OBJECTS))
                            .keyMarker(markers[0])
                            .uploadIdMarker(markers[1])
                            .overrideConfiguration(time)));
            visitor.accept(page.uploads().stream()
                    .filter(upload -> upload.initiated().isBefore(before))
                    .map(upload -> new Listed(unprefixed(upload.key()), 0, upload.initiated(), upload.uploadId()))
                    .toList());
            markers[0] = page.nextKeyMarker();
            markers[1] = page.nextUploadIdMarker();
            more = Boolean.TRUE.equals(page.isTruncated()) && markers[0] != null;
        }
    }

    /** Writes a byte and reads it again, without patience. */
    void probe(String object) {
        AwsRequestOverrideConfiguration time =
                AwsRequestOverrideConfiguration.builder().apiCallTimeout(FOR_A_PROBE).build();
        ask("probe", object, 0, _ -> requests.putObject(
                put -> put.bucket(name).key(key(object)).overrideConfiguration(time), RequestBody.fromBytes(new byte[] {42})));
        ask("probe", object, 0, _ -> requests.headObject(
                head -> head.bucket(name).key(key(object)).overrideConfiguration(time)));
    }

    private String unprefixed(String key) {
        return key.substring(properties.prefix().length());
    }

    private interface Request<T> {
        T send(AwsRequestOverrideConfiguration time);
    }

    private <T> T ask(String operation, String object, long bytes, Request<T> request) {
        try {
            return find(operation, object, bytes, request);
        } catch (NoSuchFileException e) {
            throw unavailable(operation, object, e);
        }
    }

    private <T> T find(String operation, String object, long bytes, Request<T> request) throws NoSuchFileException {
        Duration deadline = properties.deadline().plusSeconds(bytes / BYTES_A_SECOND);
        AwsRequestOverrideConfiguration time =
                AwsRequestOverrideConfiguration.builder().apiCallTimeout(deadline).build();
        long began = System.nanoTime();
        boolean answered = false;
        try {
            T answer = request.send(time);
            answered = true;
            return answer;
        } catch (S3Exception e) {
            // 416: the object is shorter than its row says. 412: it has other content than a moment ago.
            if (e.statusCode() == 404 && !isBucketMissing(e) || e.statusCode() == 416 || e.statusCode() == 412) {
                answered = true;
                NoSuchFileException missing = new NoSuchFileException(object, null, e.getMessage());
                missing.initCause(e);
                throw missing;
            }
            throw unavailable(operation, object, e);
        } catch (SdkException e) {
            throw unavailable(operation, object, e);
        } finally {
            times.record(operation, answered, System.nanoTime() - began);
        }
    }

    private static boolean isBucketMissing(S3Exception e) {
        return e.awsErrorDetails() != null && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
    }

    private static RegistryException unavailable(String operation, String object, Exception cause) {
        log.warn("The store did not do what it was asked: {} {}: {}", operation, object, cause.getMessage());
        return new RegistryException(
                Problem.AWAY, "the store of the registry's blobs does not answer", Map.of(), cause);
    }

    @Override
    public void close() {
        requests.close();
        pulls.close();
        pullConnections.close();
    }
}
