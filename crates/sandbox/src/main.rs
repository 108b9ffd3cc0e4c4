//! `oic-sandbox`: a stand-in for Oracle Integration on this computer.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use tokio::io::AsyncReadExt;
use waybill_sandbox::{Application, InstanceSpec, Sandbox};

/// Plays Oracle Integration on 127.0.0.1, for practice and tests.
///
/// Prints one line of JSON with addresses and credentials once it listens. Nothing behind it is
/// real; stop it with Ctrl+C. Faults, locks and changes are ordered at `controlUrl`:
/// `POST /__sandbox/fail` with `{"kind": "dropAfter", "path": "/archive", "times": 1}` or
/// `{"chance": 0.2, "kinds": [{"status": {"code": 503}}], "seed": 1}`, `/__sandbox/activation`,
/// `/__sandbox/heal`, `/__sandbox/expire-tokens`, `/__sandbox/application`; `GET /__sandbox/calls`
/// counts calls and effects.
#[derive(Debug, Parser)]
#[command(name = "oic-sandbox", version)]
struct Options {
    /// Load all archives below this folder, and ZIPs of archives; bytes are served unchanged
    #[arg(long, value_name = "DIR")]
    load: Option<PathBuf>,

    /// Fill each instance with this many integrations and what they need
    #[arg(long, value_name = "N")]
    synthetic: Option<usize>,

    /// Seed of the synthetic content: the same seed gives the same instance
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Let generated integrations call each other in chains of so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    chains: usize,

    /// Every call takes at least this many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,

    /// Answer this many calls a second, refuse those beyond with 429
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    /// Tokens last this many seconds
    #[arg(long, value_name = "S", default_value_t = 3600)]
    token_life: u64,

    /// Port of the design host; any free one if 0
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The generation of each instance, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with = "instances")]
    generation: Vec<Generation>,

    /// How many instances of Oracle Integration 3
    #[arg(long, value_name = "N")]
    instances: Option<usize>,

    /// Keep the state in this folder, and go on with what an earlier start kept there (then
    /// nothing is loaded or generated anew); tokens are not kept
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// Speak TLS with a private authority, whose certificate is written to this folder (`caFile` in
    /// the line that is printed)
    #[arg(long, value_name = "DIR")]
    tls: Option<PathBuf>,

    /// Answer this many calls for tokens a second, refuse those beyond with 429 and no hint
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    token_rate: Option<u32>,

    /// Activations take this many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 300)]
    activation_time: u64,

    /// The active integrations of an instance run this often an hour, all together
    #[arg(long, value_name = "N", default_value_t = 120)]
    traffic: u32,

    /// Sign people in at once where a browser would show the sign-in page
    #[arg(long)]
    auto_consent: bool,

    /// One more address that a sign-in may end at, for the clients of all instances; may be repeated
    #[arg(long, value_name = "URL")]
    redirect_uri: Vec<String>,

    /// A certificate or public key (PEM) that assertions may be signed with, for the clients of all
    /// instances
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,

    /// Stop when standard input ends
    #[arg(long)]
    until_stdin_closes: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Generation {
    Oic3,
    Gen2,
    Ics,
}

fn specs(options: &Options) -> Vec<InstanceSpec> {
    let generations = if options.generation.is_empty() {
        vec![Generation::Oic3; options.instances.unwrap_or(1)]
    } else {
        options.generation.clone()
    };
    generations
        .iter()
        .enumerate()
        .map(|(index, generation)| match generation {
            Generation::Oic3 => InstanceSpec::oic3(format!("sandbox-{}", index + 1)),
            Generation::Gen2 => InstanceSpec::gen2(format!("sandbox-{}", index + 1)),
            Generation::Ics => InstanceSpec::ics(format!("sandbox-{}", index + 1)),
        })
        .collect()
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed, the exit code is all there is.
            let _ = writeln!(std::io::stderr(), "oic-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Sandbox::builder()
        .port(options.port)
        .latency(Duration::from_millis(options.latency))
        .token_life(Duration::from_secs(options.token_life))
        .activation_time(Duration::from_millis(options.activation_time))
        .traffic(options.traffic);
    let certificate = match &options.certificate {
        Some(file) => Some(std::fs::read_to_string(file)?),
        None => None,
    };
    for spec in specs(options) {
        if certificate.is_some() || !options.redirect_uri.is_empty() {
            builder = builder.application(Application {
                id: spec.client_id.clone(),
                redirect_uris: options.redirect_uri.clone(),
                certificate: certificate.clone(),
                ..Application::default()
            });
        }
        builder = builder.instance(spec);
    }
    if let Some(folder) = &options.state {
        builder = builder.state(folder);
    }
    if let Some(folder) = &options.tls {
        builder = builder.tls(folder);
    }
    if let Some(rate) = options.token_rate {
        builder = builder.token_rate(rate);
    }
    if options.auto_consent {
        builder = builder.auto_consent();
    }
    if let Some(rate) = options.rate {
        builder = builder.rate(rate);
    }
    if let Some(count) = options.synthetic {
        builder = builder
            .synthetic(count, options.seed)
            .chains(options.chains);
    }
    if let Some(folder) = &options.load {
        builder = builder.load(folder);
    }
    let running = builder.start().await?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", serde_json::to_string(&running.ready)?)?;
    stdout.flush()?;
    drop(stdout);
    wait(options.until_stdin_closes).await?;
    running.stop().await?;
    Ok(())
}

/// Waits for a signal, or for the end of standard input.
async fn wait(until_stdin_closes: bool) -> std::io::Result<()> {
    let input = async {
        if !until_stdin_closes {
            return std::future::pending().await;
        }
        let mut ignored = [0_u8; 256];
        let mut stdin = tokio::io::stdin();
        while stdin.read(&mut ignored).await.is_ok_and(|count| count > 0) {}
    };
    tokio::select! {
        signal = tokio::signal::ctrl_c() => signal,
        signal = terminated() => signal,
        () = input => Ok(()),
    }
}

#[cfg(unix)]
async fn terminated() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

#[cfg(not(unix))]
async fn terminated() -> std::io::Result<()> {
    std::future::pending().await
}
