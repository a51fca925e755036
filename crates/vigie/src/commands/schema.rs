//! `vigie schema`.

use alert::Plan;
use contact::Network;
use contract::{Claim, Contract, Delivery, Issue};
use intake::Mapping;

use super::print_json;
use crate::{
    args::{SchemaArgs, SchemaOf},
    exit::Exit,
};

pub fn run(args: &SchemaArgs) -> anyhow::Result<Exit> {
    match args.of {
        SchemaOf::Network => print_json(&Network::schema())?,
        SchemaOf::Declared => print_json(&settlement::declared::schema())?,
        SchemaOf::Contract => print_json(&Contract::schema())?,
        SchemaOf::Claims => print_json(&Claim::schema())?,
        SchemaOf::Forecast => print_json(&Issue::schema())?,
        SchemaOf::Delivery => print_json(&Delivery::schema())?,
        SchemaOf::Mapping => print_json(&Mapping::schema())?,
        SchemaOf::Alerts => print_json(&Plan::schema())?,
    }
    Ok(Exit::Done)
}
