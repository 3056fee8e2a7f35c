//! Certificates for the chains behind TLS, made for each run.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::chain::Transport;

/// An authority, and a certificate of it that both sides show.
#[derive(Debug)]
pub struct Identity {
    /// The authority's certificate, in PEM.
    pub authority_file: PathBuf,
    /// The certificate, in PEM.
    pub certificate_file: PathBuf,
    /// Its key, in PEM.
    pub key_file: PathBuf,
    authority: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// None could be made.
    #[error("certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file couldn't be written.
    #[error("the temporary folder: {0}")]
    Folder(#[from] io::Error),
    /// TLS takes none of it.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// The name in the certificate, and in the requests.
pub const HOST: &str = "api.bench.test";

// === impl Identity ===

impl Identity {
    /// Makes both; what Envoy reads goes into `folder`.
    ///
    /// # Errors
    /// Where they can't be made or written.
    pub fn make(folder: &Path) -> Result<Self, IdentityError> {
        let mut params = CertificateParams::default();
        // Another name than that of what it signs: one that is its own issuer is refused.
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "tollgate bench");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let mut params = CertificateParams::new(vec![HOST.to_owned()])?;
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &authority)?;
        let write = |name: &str, text: String| {
            let file = folder.join(name);
            std::fs::write(&file, text).map(|()| file)
        };
        Ok(Self {
            authority_file: write("authority.pem", authority.pem())?,
            certificate_file: write("certificate.pem", certificate.pem())?,
            key_file: write("key.pem", key.serialize_pem())?,
            authority: authority.der().clone(),
            certificate: certificate.der().clone(),
            key: key.serialize_der(),
        })
    }

    /// How clients speak TLS to a chain; `None` in the clear.
    ///
    /// # Errors
    /// Where TLS doesn't take the certificates.
    pub fn client(&self, transport: Transport) -> Result<Option<Arc<ClientConfig>>, IdentityError> {
        if transport == Transport::Plain {
            return Ok(None);
        }
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone())?;
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots);
        let config = match transport {
            Transport::MutualTls => {
                let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
                builder.with_client_auth_cert(vec![self.certificate.clone()], key)?
            }
            Transport::Plain | Transport::Tls => builder.with_no_client_auth(),
        };
        Ok(Some(Arc::new(config)))
    }
}
