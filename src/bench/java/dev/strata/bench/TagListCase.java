package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients list a repository's tags: whole, over as many pages as the server makes of it without being asked for a
 * length, or one page of {@code n}.
 *
 * @param page the length that is asked for; 0 to ask for none
 */
record TagListCase(boolean many, int tags, int page, int clients) implements Case {

    @Override
    public String id() {
        return "tags-%s-%s-%d".formatted(many ? "many" : "few", page == 0 ? "whole" : "page", clients);
    }

    @Override
    public String title() {
        return "list of %,d tags, %s, %s".formatted(tags, page == 0 ? "whole" : "n=" + page,
                Scale.count(clients, "connection"));
    }

    @Override
    public Unit unit() {
        return Unit.PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(many ? Seed.MANY_TAGS : Seed.FEW_TAGS);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        list(target, target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return list(target, target.scale().window()).perSecond();
    }

    private Clients.Throughput list(Target target, Duration length) throws IOException, InterruptedException {
        long expected = check(target);
        byte[] first = Request.get(path()).encode(target.address());
        return Clients.run(target.address(), clients, length, (connection, _, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                Answer answer = connection.exchange(first);
                long bytes = connection.drain(answer);
                for (Optional<String> next = next(answer); next.isPresent(); next = next(answer)) {
                    answer = connection.exchange(Request.get(next.get()));
                    bytes += connection.drain(answer);
                }
                if (answer.status() != 200 || bytes != expected) {
                    throw new CaseFailedException("a list of " + expected + " bytes came as " + bytes);
                }
            }
            return done;
        });
    }

    /** Counts the tags once, and says how many bytes the list has. */
    private long check(Target target) throws IOException, InterruptedException {
        return Clients.run(target.address(), 1, (connection, _) -> check(target, connection)).amount();
    }

    private long check(Target target, Connection connection) throws IOException {
        int found = 0;
        long bytes = 0;
        int pages = 0;
        Optional<String> next = Optional.of(path());
        while (next.isPresent() && pages < tags) {
            Answer answer = connection.exchange(Request.get(next.get()));
            byte[] content = connection.content(answer);
            JsonNode list = JsonMapper.shared().readTree(content).path("tags");
            found += list.size();
            bytes += content.length;
            pages++;
            next = next(answer);
        }
        int wanted = page == 0 ? tags : Math.min(page, tags);
        if (page > 0 && found > wanted) {
            target.note("asked for n=%d it answers with %,d tags".formatted(page, found));
        } else if (found != wanted) {
            throw new CaseFailedException("%d tags listed, %d expected".formatted(found, wanted));
        }
        if (page == 0 && pages > 1) {
            target.note("a whole list of %,d tags takes %d pages".formatted(tags, pages));
        }
        return bytes;
    }

    private String path() {
        String repository = many ? Fixture.MANY_TAGS : Fixture.FEW_TAGS;
        return "/v2/" + repository + "/tags/list" + (page == 0 ? "" : "?n=" + page);
    }

    private Optional<String> next(Answer answer) {
        if (page > 0) {
            return Optional.empty();
        }
        return answer.header("Link").map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                .map(link -> link.substring(Math.max(0, link.indexOf("/v2/"))));
    }
}
