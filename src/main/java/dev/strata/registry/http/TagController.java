package dev.strata.registry.http;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.memory.SharedContent;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.repositories.TagRevision;
import dev.strata.registry.tags.Tags;
import dev.strata.web.EntityTags;
import dev.strata.web.HeldAnswer;
import dev.strata.web.Links;
import dev.strata.web.Turns;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lists of tags: OCI Distribution Specification, "Listing Tags".
 *
 * <p>A list of tens of thousands of tags costs milliseconds to read and write, and changes far less often than it is
 * asked for: so an answer is kept as bytes for as long as the repository's count of changes stays the same. A list that
 * is too large for that is sent piece by piece as it is read, and is never in memory as a whole.
 */
@RestController
class TagController {

    private static final int ALL = Integer.MAX_VALUE - 1;
    /** In bytes. Fifty thousand tags of forty characters have less. */
    private static final int LARGEST_KEPT = 2 * 1024 * 1024;

    /** How often its bytes are in memory while it grows. */
    private static final long COPIES = 3;

    private static final int MOST_WAITING = 32;
    private static final Duration BEFORE_REFUSAL = Duration.ofMillis(100);
    private static final String LARGE_LISTS = "large lists";
    /** In bytes; what is smaller is not counted. */
    private static final int SMALL = 16 * 1024;

    private final Tags tags;
    private final Links links;
    private final MemoryBudget memory;
    private final SharedContent<Key> underWay;
    /** Each keeps a thread until its list is there. */
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Turns turns = new Turns(LARGE_LISTS);
    private final AsyncCache<Key, Answer> answers;
    /** Those that were, some moments ago: each tag that is pushed would have them read to that size once more. */
    private final Cache<ListOfTags, Boolean> tooLarge =
            Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(Duration.ofMinutes(1)).build();
    /** In every entity tag: a kill may take back a revision that was seen but not acknowledged. */
    private final long start;

    TagController(Tags tags, Links links, MemoryBudget memory, RegistryProperties properties, Clock clock) {
        this.tags = tags;
        this.links = links;
        this.memory = memory;
        this.underWay = SharedContent.kept(memory, LARGE_LISTS);
        this.start = clock.millis();
        this.answers = Caffeine.newBuilder()
                .maximumWeight(properties.tagListCache().toBytes())
                .weigher((Key key, Answer answer) -> answer.weight())
                .buildAsync();
        memory.whenShort(answers.synchronous()::invalidateAll);
    }

    @Needs(Action.PULL)
    @GetMapping("/{*name}/tags/list")
    void list(
            @PathVariable RepositoryName name,
            @RequestParam Optional<String> n,
            @RequestParam(defaultValue = "") String last,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (last.indexOf('\0') >= 0) { // no tag has it, and not every database takes it
            throw new RegistryException(Problem.PARAMETER_INVALID, "last is the name of a tag", Map.of("last", last));
        }
        Key key = new Key(tags.revision(name), PageSize.of(n, ALL, ALL), last);
        String entityTag = "\"" + Long.toHexString(start) + "-" + key + "\"";
        response.setHeader("ETag", entityTag);
        if (EntityTags.match(request.getHeader("If-None-Match"), entityTag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        Answer answer = answer(name, key);
        int weight = answer.weight();
        if (weight > SMALL) {
            answer = null; // nobody holds it while they wait
            try (SharedContent.Hold _ = underWay.hold(key, weight)) {
                send(request, response, name, key, answer(name, key));
            }
        } else {
            send(request, response, name, key, answer);
        }
    }

    private void send(
            HttpServletRequest request, HttpServletResponse response, RepositoryName name, Key key, Answer answer)
            throws IOException {
        answer.cutOffAfter().ifPresent(end -> links.setNext(response, Paths.tags(name) + "?n=" + key.limit() + "&last="
                + URLEncoder.encode(end, StandardCharsets.UTF_8)));
        response.setContentType("application/json");
        HeldAnswer held = new HeldAnswer(request, response);
        if (answer.body().isPresent()) {
            held.send(answer.body().get());
        } else if (request.getMethod().equals("GET")) {
            try (Share _ = memory.take(TagListWriter.PIECE, LARGE_LISTS);
                    Turns.Turn turn = turns.take()) {
                writer(name, key).writeTo(piece -> {
                    turn.pause(() -> held.write(piece));
                    return true;
                });
            }
        }
    }

    private TagListWriter writer(RepositoryName name, Key key) {
        return new TagListWriter(tags, name, key.repository(), key.last(), key.limit());
    }

    private Answer answer(RepositoryName name, Key key) {
        CompletableFuture<Answer> known = answers.getIfPresent(key);
        if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
            return known.join();
        }
        if (key.limit() == ALL && tooLarge.getIfPresent(key.list()) != null) {
            return Answer.IN_PIECES;
        }
        if (!mayWait()) {
            throw memory.refused(LARGE_LISTS, 0);
        }
        try {
            return shared(name, key);
        } finally {
            waiting.release();
        }
    }

    private boolean mayWait() {
        try {
            return waiting.tryAcquire(BEFORE_REFUSAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The first who asks renders it, and the others wait for that. */
    private Answer shared(RepositoryName name, Key key) {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> first = answers.asMap().putIfAbsent(key, mine);
        if (first == null) {
            try {
                mine.complete(render(name, key));
            } finally {
                mine.cancel(false); // where it failed; it is not kept then
            }
            return mine.join();
        }
        try {
            return first.join();
        } catch (CancellationException e) {
            throw memory.refused(LARGE_LISTS, 0);
        }
    }

    private Answer render(RepositoryName name, Key key) {
        TagListWriter writer = writer(name, key);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            boolean isWhole = writer.writeTo(piece -> {
                body.writeBytes(piece);
                return false;
            });
            if (isWhole || renderRest(writer, body)) {
                return new Answer(Optional.of(body.toByteArray()), writer.cutOffAfter());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (key.limit() == ALL) {
            tooLarge.put(key.list(), true);
            return Answer.IN_PIECES;
        }
        return new Answer(Optional.empty(), tags.endOfPage(key.repository(), key.last(), key.limit()));
    }

    /** Says whether that is all, and not too large. Few do this at once: most lists have one piece. */
    private boolean renderRest(TagListWriter writer, ByteArrayOutputStream body) throws IOException {
        try (Turns.Turn _ = turns.take();
                Share share = memory.take(TagListWriter.PIECE, LARGE_LISTS)) {
            return writer.writeTo(piece -> {
                share.grow(COPIES * piece.length);
                body.writeBytes(piece);
                return body.size() <= LARGEST_KEPT;
            });
        }
    }

    private record Key(TagRevision repository, int limit, String last) {

        ListOfTags list() {
            return new ListOfTags(repository.repositoryId(), last);
        }

        @Override
        public String toString() {
            return repository.repositoryId() + "-" + repository.revision() + "-" + limit + "-"
                    + Integer.toHexString(last.hashCode());
        }
    }

    /** All of a repository's tags, or those after one, whatever has changed among them. */
    private record ListOfTags(long repositoryId, String last) {}

    /**
     * What is known of a list.
     *
     * @param body empty where it is too large to be kept
     * @param cutOffAfter its last name where there are more
     */
    private record Answer(Optional<byte[]> body, Optional<String> cutOffAfter) {

        /** All of a list that is never in memory as a whole. */
        static final Answer IN_PIECES = new Answer(Optional.empty(), Optional.empty());

        int weight() {
            return body.map(bytes -> bytes.length).orElse(0) + 256;
        }
    }
}
