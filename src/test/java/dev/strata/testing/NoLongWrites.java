package dev.strata.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Fails a test in which a transaction that writes worked for longer than any may: everyone else would wait for it. Time
 * spent waiting does not count, because the machine may be busy with something else.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NoLongWrites.Rule.class)
public @interface NoLongWrites {

    /** Looks at the metric before and after each test. */
    final class Rule implements BeforeEachCallback, AfterEachCallback {

        private static final ExtensionContext.Namespace OWN = ExtensionContext.Namespace.create(NoLongWrites.class);

        @Override
        public void beforeEach(ExtensionContext context) {
            context.getStore(OWN).put("before", longWrites(context));
        }

        @Override
        public void afterEach(ExtensionContext context) {
            assertThat(longWrites(context))
                    .as("transactions that wrote for too long; the log says which")
                    .isEqualTo(context.getStore(OWN).get("before", Double.class));
        }

        private static double longWrites(ExtensionContext context) {
            return SpringExtension.getApplicationContext(context)
                    .getBean(MeterRegistry.class)
                    .get("strata.database.long.writes")
                    .tag("spent", "work")
                    .functionCounter()
                    .count();
        }
    }
}
