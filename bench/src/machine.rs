//! What the measurements were made on.

use std::time::Duration;

use latchkey_service::{Clock, SystemClock};

use crate::Result;

/// Date, processor, cores, kernel.
pub(crate) fn describe() -> Result<String> {
    let date: String = SystemClock.now().to_rfc3339().chars().take(16).collect();
    let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "));
    let cores = std::thread::available_parallelism()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let model = model.map_or("unknown processor", |(_, model)| model);
    Ok(format!(
        "{} UTC; {model}, {cores} cores; Linux {}",
        date.replace('T', " "),
        kernel.trim()
    ))
}

/// How busy others keep the machine, as a share (0–1) of all cores, over two seconds.
pub(crate) async fn other_load() -> Result<f64> {
    let (busy, total) = ticks()?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (busy_later, total_later) = ticks()?;
    #[expect(clippy::cast_precision_loss, reason = "two seconds of ticks")]
    Ok((busy_later - busy) as f64 / (total_later - total).max(1) as f64)
}

fn ticks() -> Result<(u64, u64)> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().ok_or("/proc/stat is empty")?;
    let ticks: Vec<u64> = line
        .split_ascii_whitespace()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let total: u64 = ticks.iter().take(8).sum();
    // The fourth and the fifth are idle and waiting for the disk.
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    Ok((total - idle, total))
}
