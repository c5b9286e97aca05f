//! The name that was probably meant.

/// The name that differs least, if it differs little.
pub fn nearest<N: AsRef<str> + Ord>(name: &str, names: impl IntoIterator<Item = N>) -> Option<N> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let near = names.into_iter().filter(|other| other.as_ref().len().abs_diff(name.len()) <= limit);
    near.map(|other| (distance(name, other.as_ref()), other)).filter(|(d, _)| *d <= limit).min().map(|(_, other)| other)
}

/// The Levenshtein distance, neighbours that changed places counted once.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<usize>>(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[1][j - 1] + same).min(rows[1][j] + 1).min(rows[2][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("printf", "printf"), 0);
        assert_eq!(distance("pritnf", "printf"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_near_names_are_proposed() {
        let names = || ["hostname", "host"].map(str::to_owned);
        assert_eq!(nearest("hostnmae", names()).as_deref(), Some("hostname"));
        assert_eq!(nearest("x", names()), None);
        let fields = || ["content", "state", "mode"];
        assert_eq!(nearest("contnet", fields()), Some("content"));
        assert_eq!(nearest("owner", fields()), None);
    }
}
