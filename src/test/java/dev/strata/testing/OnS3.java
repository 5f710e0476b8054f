package dev.strata.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.UUID;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/** Runs the tests that a class inherits with the blobs on S3, and all else on PostgreSQL: as replicas do. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ContextConfiguration(initializers = {OnPostgres.Database.class, OnS3.Store.class})
public @interface OnS3 {

    /** Each registry has a prefix of its own. */
    final class Store implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(settings(UUID.randomUUID().toString()))
                    .and("server.tomcat.threads.max=32")
                    .applyTo(context);
        }

        /** Each as {@code name=value}. */
        public static String[] settings(String prefix) {
            return new String[] {
                "strata.storage.kind=s3",
                "strata.storage.s3.bucket=" + S3Server.BUCKET,
                "strata.storage.s3.endpoint=" + S3Server.shared().endpoint(),
                "strata.storage.s3.path-style=true",
                "strata.storage.s3.prefix=" + prefix,
                // As few as make a test of what happens when there are more clients than that.
                "strata.storage.s3.connections=8",
                // One client asks to be sent to the store.
                "strata.storage.s3.redirect=sendme"
            };
        }
    }
}
