package dev.strata.savings.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.strata.memory.MemoryBudget;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.savings.books.AsOf;
import dev.strata.savings.books.Bookkeeper;
import dev.strata.savings.figures.Figures;
import dev.strata.savings.figures.SavingsJson;
import dev.strata.web.HeldAnswer;
import dev.strata.web.Turns;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Writes the answers of the savings API. */
@Component
class Answers {

    private static final int VERSION = 1;
    private static final String MEDIA_TYPE = "application/vnd.strata.savings.v" + VERSION + "+json";

    private static final String REPORTS = "reports";
    /** In bytes. Most answers are smaller, and are not counted. */
    private static final int UNCOUNTED = 64 * 1024;

    private final Bookkeeper bookkeeper;
    private final SavingsJson json;
    private final MemoryBudget memory;
    private final Turns turns = new Turns(REPORTS);

    Answers(Bookkeeper bookkeeper, SavingsJson json, MemoryBudget memory) {
        this.bookkeeper = bookkeeper;
        this.json = json;
        this.memory = memory;
    }

    private record Current(int version, @JsonUnwrapped AsOf asOf, @JsonUnwrapped Object content) {}

    private record Past(int version, @JsonUnwrapped Object content) {}

    /** What an answer says. */
    interface Report {

        /** @param memory takes what it needs before it is read, where that is much */
        Object read(Share memory) throws IOException;
    }

    /** Figures as they stand. */
    void send(HttpServletRequest request, HttpServletResponse response, Report report) throws IOException {
        write(request, response, memory -> new Current(VERSION, bookkeeper.current(), report.read(memory)));
    }

    /** Figures as they stood. */
    void sendPast(HttpServletRequest request, HttpServletResponse response, Report report) throws IOException {
        write(request, response, memory -> new Past(VERSION, report.read(memory)));
    }

    private void write(HttpServletRequest request, HttpServletResponse response, Report answer) throws IOException {
        try (Share share = memory.take(0, REPORTS)) {
            byte[] body;
            try (Turns.Turn _ = turns.take()) {
                body = json.write(answer.read(share));
            }
            // A client may take some time to read it.
            long held = body.length > UNCOUNTED ? body.length : 0;
            share.grow(held - share.bytes());
            share.shrinkTo(held);
            response.setContentType(MEDIA_TYPE);
            response.setHeader("Cache-Control", "no-store");
            new HeldAnswer(request, response).send(body);
        }
    }
}
