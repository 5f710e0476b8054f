package dev.strata.storage.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Makes the SDK's clients as the settings say. */
final class BucketClients {

    private static final Duration TO_CONNECT = Duration.ofSeconds(5);
    /** Without a byte. */
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** The deadline ends them before, unless the store refuses at once. */
    private static final int MOST_ATTEMPTS = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** No pause is longer than this part of the deadline, so that there are several attempts before it. */
    private static final int PART_OF_DEADLINE = 6;

    private final BucketProperties properties;
    private final AwsCredentialsProvider credentials;
    private final Region region;

    BucketClients(BucketProperties properties) {
        this.properties = properties;
        this.credentials = DefaultCredentialsProvider.builder().build();
        this.region = properties.region().map(Region::of).orElseGet(BucketClients::region);
    }

    /** Other stores than AWS's seldom ask for one. */
    private static Region region() {
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException e) {
            return Region.US_EAST_1;
        }
    }

    S3Client client(ExecutionInterceptor attempts) {
        StandardRetryStrategy retries = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(MOST_ATTEMPTS)
                .backoffStrategy(pauses(FIRST_PAUSE))
                .throttlingBackoffStrategy(pauses(FIRST_PAUSE.multipliedBy(5)))
                // It gives up for all as soon as many fail; the deadline is for that.
                .circuitBreakerEnabled(false)
                .build();
        return S3Client.builder()
                .credentialsProvider(credentials)
                .region(region)
                .applyMutation(client -> properties.endpoint().ifPresent(client::endpointOverride))
                .forcePathStyle(properties.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(properties.connections())
                        .connectionTimeout(TO_CONNECT)
                        .connectionAcquisitionTimeout(properties.deadline())
                        .connectionMaxIdleTime(IDLE)
                        .socketTimeout(SILENCE))
                .overrideConfiguration(client ->
                        client.retryStrategy(retries).addExecutionInterceptor(attempts))
                .build();
    }

    private BackoffStrategy pauses(Duration first) {
        Duration part = properties.deadline().dividedBy(PART_OF_DEADLINE);
        Duration longest = part.compareTo(LONGEST_PAUSE) < 0 ? part : LONGEST_PAUSE;
        return BackoffStrategy.exponentialDelay(first.compareTo(longest) < 0 ? first : longest, longest);
    }

    /** What signs addresses for clients, who may reach the store elsewhere. */
    S3Presigner presigner() {
        Optional<URI> endpoint = properties.redirectEndpoint().or(properties::endpoint);
        S3Presigner.Builder presigner = S3Presigner.builder()
                .credentialsProvider(credentials)
                .region(region)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(properties.pathStyle())
                        .build());
        endpoint.ifPresent(presigner::endpointOverride);
        return presigner.build();
    }
}
