package dev.strata.web;

import java.io.CharArrayWriter;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each request through the program's own logging, so that its format and target are set in one place. */
final class AccessLog extends AbstractAccessLogValve {

    private static final Logger log = LoggerFactory.getLogger("strata.access");

    AccessLog() {
        // Bytes are those of the answer's body; for a file that the kernel sends, those that were handed over.
        setPattern("%h \"%r\" %s %B %{User-Agent}i %Dus");
    }

    @Override
    protected void log(CharArrayWriter message) {
        log.info("{}", message);
    }
}
