package dev.strata.savings;

import dev.strata.savings.books.FoldingPace;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;

/** The same where each change is folded in the smallest pieces, each in a transaction of its own. */
@Import(SavingsModelInPiecesTest.SmallestPieces.class)
class SavingsModelInPiecesTest extends SavingsModelTest {

    @TestConfiguration(proxyBeanMethods = false)
    static class SmallestPieces {

        SmallestPieces(FoldingPace pace) {
            pace.limit(1);
        }
    }
}
