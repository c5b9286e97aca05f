//! Kinds that are declared and cannot be run yet: programs that use them check and graph.
//!
//! What a kind validates only with the help of the host (a program that has to be installed, an interface that has to exist) is left to
//! its behaviour.

mod formats;

pub mod augeas;
pub mod aws_ec2;
pub mod bmc_firmware;
pub mod bmc_power;
pub mod consul_kv;
pub mod cron;
pub mod deploy_tar;
pub mod dhcp_host;
pub mod dhcp_range;
pub mod dhcp_server;
pub mod docker_container;
pub mod docker_image;
pub mod exit;
pub mod firewalld;
pub mod fwattr;
pub mod fwupd_device;
pub mod fwupd_remote;
pub mod fwupd_system;
pub mod group;
pub mod gsettings;
pub mod gzip;
pub mod hetzner_vm;
pub mod hostname;
pub mod http_client;
pub mod http_server;
pub mod http_server_file;
pub mod http_server_flag;
pub mod http_server_proxy;
pub mod http_server_ui;
pub mod http_server_ui_input;
pub mod json_edit;
pub mod kv;
pub mod line;
pub mod mount;
pub mod net;
pub mod nspawn;
pub mod password;
pub mod pkg;
pub mod remote;
pub mod schedule;
pub mod ssh_authorized_key;
pub mod svc;
pub mod sysctl;
pub mod tar;
pub mod tftp_file;
pub mod tftp_server;
pub mod timer;
pub mod user;
pub mod value;
pub mod virt;
pub mod virt_builder;
pub mod virt_network;
pub mod virt_network_host;
pub mod virt_network_range;

#[cfg(test)]
mod tests;
