use crate::Schema;

impl Schema {
    /// Returns the CRC-64-AVRO fingerprint of the canonical form, which single-object encoding uses (Avro
    /// 1.12, "Schema Fingerprints").
    pub fn fingerprint(&self) -> u64 {
        crc64_avro(self.to_canonical_form().as_bytes())
    }

    /// Returns the MD5 of the canonical form.
    #[cfg(feature = "digest")]
    pub fn md5(&self) -> [u8; 16] {
        use md5::Digest as _;
        md5::Md5::digest(self.to_canonical_form()).into()
    }

    /// Returns the SHA-256 of the canonical form.
    #[cfg(feature = "digest")]
    pub fn sha256(&self) -> [u8; 32] {
        use sha2::Digest as _;
        sha2::Sha256::digest(self.to_canonical_form()).into()
    }
}

/// Returns the CRC-64-AVRO of `bytes`, the Rabin fingerprint of Avro 1.12, "Schema Fingerprints".
pub const fn crc64_avro(bytes: &[u8]) -> u64 {
    let mut fingerprint = EMPTY;
    let mut index = 0;
    while index < bytes.len() {
        let slot = (fingerprint ^ bytes[index] as u64) & 0xff;
        fingerprint = (fingerprint >> 8) ^ TABLE[slot as usize];
        index += 1;
    }
    fingerprint
}

/// The fingerprint of an empty text.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

static TABLE: [u64; 256] = table();

const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut slot = 0;
    while slot < 256 {
        let mut value = slot as u64;
        let mut bit = 0;
        while bit < 8 {
            value = (value >> 1) ^ (EMPTY & (value & 1).wrapping_neg());
            bit += 1;
        }
        table[slot] = value;
        slot += 1;
    }
    table
}
