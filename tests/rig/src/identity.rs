//! Certificates for TLS, made for each run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Vouches for certificates; its files live as long as it does.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
    file: PathBuf,
}

/// A certificate and its key.
#[derive(Debug, Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
    certificate_file: PathBuf,
    key_file: PathBuf,
}

// === impl Authority ===

impl Authority {
    /// Makes one.
    ///
    /// # Panics
    /// Where the system has no random numbers or no space.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("tollgate-rig-tls.").unwrap();
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "tollgate rig");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, issuer.pem()).unwrap();
        Self {
            issuer,
            folder,
            file,
        }
    }

    /// Its certificate, as a PEM file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// A certificate for these names, good for servers and clients.
    ///
    /// # Panics
    /// Where a name is none.
    pub fn issue(&self, names: &[&str]) -> Identity {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let file_name = names.join("_").replace('*', "any");
        let mut params = CertificateParams::new(names).unwrap();
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let certificate_file = self.folder.path().join(format!("{file_name}.pem"));
        let key_file = self.folder.path().join(format!("{file_name}.key"));
        std::fs::write(&certificate_file, certificate.pem()).unwrap();
        std::fs::write(&key_file, key.serialize_pem()).unwrap();
        Identity {
            certificate: certificate.der().clone(),
            key: key.serialize_der(),
            certificate_file,
            key_file,
        }
    }

    /// How a client speaks that trusts this authority alone.
    pub(crate) fn client(&self, own: Option<&Identity>, protocol: &str) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match own {
            Some(own) => builder
                .with_client_auth_cert(vec![own.certificate.clone()], own.private())
                .unwrap(),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        config
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

// === impl Identity ===

impl Identity {
    /// The certificate, as a PEM file.
    pub fn certificate_file(&self) -> &Path {
        &self.certificate_file
    }

    /// The key, as a PEM file.
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// The certificate in DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// How a server speaks that has it.
    pub(crate) fn server(&self) -> ServerConfig {
        ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.private())
            .unwrap()
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
