package dev.strata.savings.figures;

import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Service;

/** What Strata has to do in the background, of any kind, and what of it failed. */
@Service
public class BackgroundWork {

    private static final int MOST_ITEMS = 20;

    private final WorkQueue queue;
    private final List<Work> works;

    BackgroundWork(WorkQueue queue, List<Work> works) {
        this.queue = queue;
        this.works = works.stream().sorted(Comparator.comparing(Work::name)).toList();
    }

    /**
     * Work of one kind.
     *
     * @param waiting how many items are to be done; counted up to 10,000
     * @param setAside how many failed too often; counted up to 10,000
     * @param items some of those
     */
    public record Kind(String name, long waiting, long setAside, List<Item> items) {}

    /** Something that failed. */
    public record Item(String subject, String reason, Instant since) {}

    public List<Kind> kinds() {
        return works.stream().map(work -> kind(work.name())).toList();
    }

    private Kind kind(String name) {
        List<Item> items = queue.setAside(name, "", MOST_ITEMS).stream()
                .map(item -> new Item(item.subject(), item.reason(), item.since()))
                .toList();
        return new Kind(name, queue.waiting(name), queue.setAside(name), items);
    }
}
