package dev.strata.web.connector;

import java.io.CharArrayWriter;
import java.util.regex.Pattern;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each request through the program's own logging, so that its format and target are set in one place. */
final class AccessLog extends AbstractAccessLogValve {

    private static final Logger log = LoggerFactory.getLogger("strata.access");

    /** A question to the layer cache has values of variables, often secrets, in its address. */
    private static final Pattern VARIABLE = Pattern.compile("([?&]env=)[^&\\s\"]*");

    AccessLog() {
        // Bytes are those of the answer's body; for a file that the kernel sends, those that were handed over.
        setPattern("%h \"%r\" %s %B %{User-Agent}i %Dus");
    }

    @Override
    protected void log(CharArrayWriter message) {
        log.info("{}", VARIABLE.matcher(message.toString()).replaceAll("$1***"));
    }
}
