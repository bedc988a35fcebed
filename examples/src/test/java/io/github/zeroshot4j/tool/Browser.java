package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.chromium.HasCdp;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.Augmenter;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * Chromium without a window, as it is installed (Debian: {@code chromium} and {@code chromium-driver}); nothing is downloaded.
 * Without it tests are skipped, or fail where the environment says {@code ZEROSHOT4J_REQUIRE_CHROMIUM=true}, as {@code .ci/run}
 * does.
 */
final class Browser implements AutoCloseable {
    static final String REQUIRED = "ZEROSHOT4J_REQUIRE_CHROMIUM";

    /** Held, so that it stays quiet: what it says of itself is no news. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriverService service;
    private final RemoteWebDriver driver;
    private final HasCdp protocol;

    private Browser(ChromeDriverService service, RemoteWebDriver driver) {
        this.service = service;
        this.driver = driver;
        this.protocol = (HasCdp) new Augmenter().augment(driver);
    }

    /** Starts the browser, with a profile of its own. */
    static Browser start(Path profile) {
        Optional<Path> chromium = executable("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = executable("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "Chromium and its driver (chromium and chromedriver on the PATH) are not installed:"
                    + " reports are not opened in a browser";
            if (Boolean.parseBoolean(System.getenv(REQUIRED))) {
                fail(missing + ", though " + REQUIRED + " is true");
            }
            abort(missing);
        }
        SELENIUM.setLevel(Level.WARNING);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=1280,1000",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .build();
        try {
            service.start();
            // Not ChromeDriver, which would look for something to download; without tracing.
            return new Browser(service, new RemoteWebDriver(service.getUrl(), options, false));
        } catch (IOException | RuntimeException e) {
            service.stop();
            throw new IllegalStateException("Chromium does not start", e);
        }
    }

    private static Optional<Path> executable(String... names) {
        List<String> folders =
                List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(Path page) {
        driver.get(page.toUri().toString());
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Runs a script in the page, and returns what it returns. */
    @Nullable
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** Runs a script that returns something. */
    Object value(String script) {
        return Objects.requireNonNull(run(script), script);
    }

    /** Waits until a script returns true: the page draws when the browser does. */
    void await(String script) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Boolean.TRUE.equals(run("return " + script))) {
            assertThat(System.nanoTime()).as("time until " + script).isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Sets what the user prefers: {@code light} or {@code dark}. */
    void prefer(String scheme) {
        protocol.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void resize(int width, int height) {
        protocol.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** Keeps a picture of the whole page for whoever wants to look at it. */
    void keepScreenshot(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of("target/screenshots"));
        resize(1280, 1000);
        int height = ((Number) value("return document.documentElement.scrollHeight")).intValue();
        resize(1280, height);
        Files.write(folder.resolve(name + ".png"), screenshot());
    }

    /** Returns the page as it is printed, in PDF and base 64. */
    String print() {
        return String.valueOf(protocol.executeCdpCommand("Page.printToPDF", Map.of("printBackground", false))
                .get("data"));
    }

    /** Returns what the page wrote to the console, and what the browser had to say against it. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        service.stop();
    }
}
