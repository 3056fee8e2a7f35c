//! Counts the instructions of a core, in a process of its own under callgrind.

use std::path::Path;
use std::process::{Command, Stdio};

/// Rounds before anything is counted: what is allocated once.
pub const WARM_UP: usize = 4;

/// Whether valgrind is there.
#[must_use]
pub fn is_there() -> bool {
    let mut command = Command::new("valgrind");
    let command = command.arg("--version").stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What `rounds` of a core take when `program` runs them by [`run`].
///
/// # Errors
/// Where that can't be counted.
pub fn count(program: &Path, core: &str, rounds: usize) -> Result<u64, String> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect=*{COUNTED}*"))
        .arg(program)
        .args([core, &rounds.to_string()])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("GLIBC_TUNABLES", PLAIN);
    let output = command.output().map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{core}: {}\n{told}", output.status));
    }
    collected(&told).ok_or_else(|| format!("{core}: nothing was counted\n{told}"))
}

/// Runs a core; all but the warm-up is counted.
pub fn run(mut round: impl FnMut(), rounds: usize) {
    (0..WARM_UP).for_each(|_| round());
    counted_rounds(&mut round, rounds);
}

/// Its name, which stands in the symbol however that is mangled.
const COUNTED: &str = "counted_rounds";

#[inline(never)]
fn counted_rounds(round: &mut dyn FnMut(), rounds: usize) {
    for _ in 0..rounds {
        round();
    }
}

/// The instructions in what callgrind says at its end.
fn collected(told: &str) -> Option<u64> {
    let (_, count) = told
        .lines()
        .find_map(|line| line.split_once("Collected : "))?;
    count.trim().parse().ok().filter(|count| *count > 0)
}

/// The C library picks its `memcpy` by the processor; this leaves it the plainest. To everything
/// else valgrind shows one and the same processor on each machine that has AVX2.
const PLAIN: &str =
    "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-SSSE3,-Fast_Unaligned_Copy,-ERMS,-FSRM";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_callgrind_says() {
        let told = "==7== Events    : Ir\n==7== Collected : 2182163\n==7== \n";
        assert_eq!(collected(told), Some(2_182_163));
    }

    #[test]
    fn what_is_no_count_is_none() {
        for told in [
            "",
            "==7== Collected : \n",
            "==7== Collected : 0\n",
            "Collected : 1 2\n",
        ] {
            assert_eq!(collected(told), None, "{told}");
        }
    }
}
