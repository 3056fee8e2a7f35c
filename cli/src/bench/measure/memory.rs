//! Memory of a process, and the linear memories of the modules in it.

use std::fs;
use std::io;

/// Resident bytes.
///
/// # Errors
/// Where the process is gone.
pub fn resident(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    let kilobytes = kilobytes.ok_or_else(|| io::Error::other("no `VmRSS` in its status"))?;
    Ok(kilobytes.saturating_mul(1024))
}

/// The linear memory of each VM, the largest first; `None` where the maps can't be read.
#[must_use]
pub fn linear(process: u32) -> Option<Vec<u64>> {
    fs::read_to_string(format!("/proc/{process}/maps"))
        .ok()
        .map(|maps| linear_of(&maps))
}

/// V8 reserves this for each memory of 32-bit addresses, and lets nobody touch what the
/// module has not grown to.
const RESERVED: u64 = 8 << 30;
const PAGE: u64 = 64 << 10;

/// A memory is what is writable before a guard, up to the size of a reservation.
fn linear_of(maps: &str) -> Vec<u64> {
    let regions: Vec<Region> = maps.lines().filter_map(Region::read).collect();
    let mut sizes: Vec<u64> = regions
        .windows(2)
        .filter_map(|pair| {
            let [memory, guard] = pair else { return None };
            let size = RESERVED.checked_sub(guard.size())?;
            let fits = guard.size() >= RESERVED / 2
                && guard.access == "---p"
                && memory.access == "rw-p"
                && memory.end == guard.start
                && size > 0
                && size <= memory.size()
                && size.is_multiple_of(PAGE);
            fits.then_some(size)
        })
        .collect();
    sizes.sort_unstable_by(|left, right| right.cmp(left));
    sizes
}

struct Region<'m> {
    start: u64,
    end: u64,
    access: &'m str,
}

// === impl Region ===

impl<'m> Region<'m> {
    fn read(line: &'m str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        Some(Self {
            start: u64::from_str_radix(start, 16).ok()?,
            end: u64::from_str_radix(end, 16).ok()?,
            access: fields.next()?,
        })
    }

    fn size(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_what_its_guard_leaves_of_the_reservation() {
        let maps = "\
7f2f5d3b0000-7f2f5dbb0000 rw-p 00000000 00:00 0
7f2f5dbb0000-7f2f5dcd0000 rw-p 00000000 00:00 0
7f2f5dcd0000-7f315dbb0000 ---p 00000000 00:00 0
7f316dbc0000-7f318db80000 rwxp 00000000 00:00 0
6f8200000000-6f823fe00000 ---p 00000000 00:00 0
";
        assert_eq!(linear_of(maps), [18 * PAGE]);
    }
}
