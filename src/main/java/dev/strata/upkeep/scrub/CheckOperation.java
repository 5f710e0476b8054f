package dev.strata.upkeep.scrub;

import dev.strata.upkeep.commands.DirectoryOperation;
import dev.strata.upkeep.commands.Lines;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/** {@code strata check}. */
@Component
class CheckOperation implements DirectoryOperation {

    private final ContentCheck check;

    CheckOperation(ContentCheck check) {
        this.check = check;
    }

    @Override
    public Callable<Integer> command(Lines lines) {
        return new CheckCommand(check, lines);
    }
}
